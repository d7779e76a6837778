import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import { Laptop } from '../support/laptop.ts';
import { assemblyWithout, type Withdrawn } from '../support/withdrawn.ts';

/** A deployment whose functions lack what they need. */
async function deployedWithout(...withdrawn: readonly Withdrawn[]) {
  const lines: string[] = [];
  const laptop = await Laptop.start({
    assembly: assemblyWithout(inject('assembly'), withdrawn),
    log: (line) => lines.push(line),
  });
  /** What functions logged under a code: their own names are left out. */
  const logged = (code: string) =>
    lines.flatMap((line) => {
      const json = line.indexOf('{"');
      return json >= 0 && line.includes(`"${code}"`) ? [JSON.parse(line.slice(json)) as Record<string, unknown>] : [];
    });
  const refused = (action: string) =>
    lines.filter((line) => line.startsWith('[iam]') && line.includes(`not authorized to perform: ${action} on`));
  return { laptop, logged, refused, lines };
}

describe('a deployment of which a role lacks something', () => {
  let deployed: Awaited<ReturnType<typeof deployedWithout>>;
  beforeAll(async () => {
    deployed = await deployedWithout(
      { from: 'IngestFunctionRole', action: 'dynamodb:BatchGetItem' },
      { from: 'AdvanceFunctionRole', action: 'firehose:PutRecord' },
      { from: 'DispatchFunctionRole', action: 'dynamodb:BatchWriteItem' },
      { from: 'DispatchFunctionRole', action: 'events:PutEvents' },
      { from: 'DispatchFunctionRole', action: 'sqs:SendMessage', on: 'EmailMarketing' },
      { from: 'EmailDeliverRole', action: 'ses:SendEmail', on: 'configuration-set' },
      { from: 'SweepFunctionRole', action: 'cloudwatch:GetMetricStatistics' },
      { from: 'AdminFunctionRole', action: 's3:ListBucket' },
      { from: 'LakeStreamRole', action: 's3:PutObject' },
    );
    const { laptop } = deployed;
    await laptop.post('/v1/identify', { userId: 'ada', traits: { email: 'ada@example.com' } });
    await laptop.post('/v1/alias', { userId: 'ada', previousId: 'device' });
    await laptop.perennial.cloud.invoke(functionNamed(laptop, 'Sweep'), {});
  }, 120_000);
  afterAll(() => deployed.laptop.stop());

  it.each([
    ['DynamoDB', 'dynamodb:BatchGetItem', 'users-lookup-failed', {}],
    ['DynamoDB', 'dynamodb:BatchWriteItem', 'sink-refused', { sink: 'timeline' }],
    ['EventBridge', 'events:PutEvents', 'sink-refused', { sink: 'bus' }],
    ['SQS', 'sqs:SendMessage', 'sink-refused', { sink: 'email', error: 'AccessDenied' }],
    ['Firehose', 'firehose:PutRecord', 'lake-refused', {}],
    ['SES', 'ses:SendEmail', 'channel-held', { reason: 'AccessDeniedException' }],
  ])('is refused by %s: %s', (_, action, code, said) => {
    const { refused, logged } = deployed;
    expect(refused(action).length).toBeGreaterThan(0);
    const error = 'reason' in said ? said : { error: 'AccessDeniedException', ...said };
    expect(logged(code)).toContainEqual(expect.objectContaining(error));
  });

  it('is refused by CloudWatch, which names no resource', () => {
    const { lines, logged } = deployed;
    expect(lines.join('\n')).toContain('not authorized to perform: cloudwatch:GetMetricStatistics because');
    expect(logged('live-lag-unknown')).toContainEqual(expect.objectContaining({ error: 'AccessDenied' }));
  });

  it('is refused by S3: nobody can look into the lake, and nothing is in it', async () => {
    const { laptop, refused } = deployed;
    expect((await laptop.admin('/api/trace/unknown')).status).toBeGreaterThanOrEqual(500);
    expect(refused('s3:ListBucket').length).toBeGreaterThan(0);
    expect(refused('s3:PutObject').length).toBeGreaterThan(0);
    expect(laptop.rawEvents()).toEqual([]);
  });
});

describe('a deployment whose functions do not let those who start them', () => {
  it('leaves the sweep’s minutes in their dead letters, and its API answers 500', async () => {
    const { laptop } = await deployedWithout(
      { from: 'SweepEachMinuteAllowEventRule', action: 'lambda:InvokeFunction' },
      { from: 'IngestApiGETapiproxy', action: 'lambda:InvokeFunction' },
    );
    const { perennial } = laptop;
    await laptop.post('/v1/track', { userId: 'ada', event: 'Seen' });
    expect((await laptop.admin('/api/profiles/ada')).status).toBe(500);
    // She is new for seven days: the minute in which that ends would be swept.
    await perennial.advanceTo(perennial.now() + 7 * DAY);
    const letters = [...perennial.cloud.services.sqs.queues()].find(({ definition }) =>
      definition.name.includes('Missed'),
    );
    const [letter] = letters?.receive(1) ?? [];
    expect(letter?.messageAttributes.ERROR_CODE).toMatchObject({ StringValue: 'NO_PERMISSIONS' });
    await laptop.stop();
  });

  it('is not deployed when a queue’s reader may not read it', async () => {
    const without = { from: 'AdvanceFunctionRole', action: 'sqs:ReceiveMessage', on: 'InputsTimers' };
    await expect(deployedWithout(without)).rejects.toThrow('permissions to call sqs:ReceiveMessage');
  });
});

function functionNamed({ perennial }: Laptop, name: string): string {
  for (const logicalId of perennial.cloud.functions.keys()) if (logicalId.startsWith(name)) return logicalId;
  throw new Error(`No function ${name}`);
}
