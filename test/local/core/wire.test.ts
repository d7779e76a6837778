import { describe, expect, test } from 'vitest';
import {
  arnOf,
  httpApi,
  itemOf,
  itemsOf,
  queue,
  queueOf,
  ref,
  second,
  sqsMapping,
  start,
  startCloud,
  table,
  writeAssembly,
} from './support.ts';

/** HTTP → receive → queue → work → table → stream → follow → table. */
async function startWire() {
  const assembly = writeAssembly(
    {
      Receive: { file: 'receive.ts', variables: { QUEUE_URL: ref('Work') } },
      Worker: { file: 'work.ts', variables: { TABLE: ref('Things') } },
      Follower: { file: 'follow.ts', variables: { TABLE: ref('Seen') } },
    },
    {
      ...httpApi('Receive'),
      Work: queue({ VisibilityTimeout: 30, RedrivePolicy: { deadLetterTargetArn: arnOf('Dead'), maxReceiveCount: 3 } }),
      Dead: queue(),
      Things: table('NEW_IMAGE'),
      Seen: table(),
      Failures: { Type: 'AWS::S3::Bucket' },
      WorkMapping: sqsMapping('Work', 'Worker'),
      Follow: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Things', 'StreamArn'] },
          FunctionName: ref('Follower'),
          StartingPosition: 'TRIM_HORIZON',
          BatchSize: 10,
          BisectBatchOnFunctionError: true,
          MaximumRetryAttempts: 2,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"NewImage":{"at":{"S":[{"exists":true}]}}}}' }] },
          DestinationConfig: { OnFailure: { Destination: arnOf('Failures') } },
        },
      },
    },
  );
  const { cloud } = await startCloud(assembly);
  const post = (body: unknown, query = '') =>
    fetch(`${cloud.url}/${query}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  return { cloud, post };
}

describe('the wire', () => {
  test('carries a request through every station', async () => {
    const { cloud, post } = await startWire();
    const response = await post({ id: 'a' });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ at: '2026-03-01T00:00:00.000Z' });
    await cloud.settle();
    expect(itemOf(cloud, 'Things', 'a')).toMatchObject({ at: '2026-03-01T00:00:00.000Z' });
    expect(itemOf(cloud, 'Seen', 'a')).toMatchObject({ eventName: 'INSERT' });
  });

  test('jumps over a delay and is on time to the second', async () => {
    const { cloud, post } = await startWire();
    await post({ id: 'later' }, '?delay=600');
    await cloud.settle();
    expect(cloud.clock.now()).toBe(start);
    await cloud.advanceTo(start + 599 * second);
    expect(itemOf(cloud, 'Things', 'later')).toBeUndefined();
    await cloud.advanceTo(start + 3600 * second);
    expect(itemOf(cloud, 'Things', 'later')).toMatchObject({ at: '2026-03-01T00:10:00.000Z' });
    expect(itemOf(cloud, 'Seen', 'later')).toMatchObject({ at: '2026-03-01T00:10:00.000Z' });
  });

  test('tries a failed message again after its visibility time-out, and only that one', async () => {
    const { cloud } = await startWire();
    queueOf(cloud, 'Work').send({ body: '{"id":"good"}' }, { body: '{"id":"slow","fails":1}' });
    await cloud.settle();
    expect(itemOf(cloud, 'Things', 'good')).toMatchObject({ at: '2026-03-01T00:00:00.000Z', batch: '2' });
    expect(itemOf(cloud, 'Things', 'slow')).toMatchObject({ at: '2026-03-01T00:00:30.000Z', batch: '1' });
  });

  test('moves a message that keeps failing to the dead letters', async () => {
    const { cloud } = await startWire();
    queueOf(cloud, 'Work').send({ body: '{"id":"never","fails":99}' });
    await cloud.settle();
    expect(queueOf(cloud, 'Work').depth()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
    expect(queueOf(cloud, 'Dead').depth().visible).toBe(1);
    expect(cloud.clock.now()).toBe(start + 90 * second);
  });

  test('a poison record holds up its shard until it is given up, then lies in the bucket', async () => {
    const { cloud } = await startWire();
    const ids = ['poison', ...Array.from({ length: 12 }, (_, index) => `item${index}`)];
    queueOf(cloud, 'Work').send(...ids.map((id) => ({ body: JSON.stringify({ id }) })));
    await cloud.settle();
    const seen = itemsOf(cloud, 'Seen');
    expect(seen.map(({ id }) => id).sort()).toEqual(ids.slice(1).sort());
    // Two retries, a second and two seconds after the failures before them: what was behind it came that late.
    expect(cloud.clock.now()).toBe(start + 3 * second);
    const bucket = cloud.resources.find(({ logicalId }) => logicalId === 'Failures')?.ref ?? '';
    const [object, ...others] = cloud.services.objects.list(bucket);
    expect(others).toEqual([]);
    expect(object?.key).toMatch(/^aws\/lambda\/[-0-9a-f]{36}\/shardId-\d+-local\/2026\/03\/01\/2026-03-01T00\.00\.03-/);
    const record = JSON.parse(object?.body.toString() ?? '');
    expect(record.requestContext).toMatchObject({ condition: 'RetryAttemptsExhausted' });
    expect(record.DDBStreamBatchInfo.batchSize).toBe(1);
    expect(JSON.parse(record.payload).Records[0].dynamodb.NewImage.id).toEqual({ S: 'poison' });
  });
});
