import { describe, expect, test } from 'vitest';
import { invocationsIn, LONGEST_CHAIN, traceHeader } from '../../../local/cloud/lineage.ts';
import {
  arnOf,
  itemsOf,
  minute,
  queue,
  queueOf,
  ref,
  sqsMapping,
  start,
  startCloud,
  table,
  writeAssembly,
} from './support.ts';

/** A function that sends to the queue it reads, which gives a message up after two receives. */
const loop = (properties: Record<string, unknown> = {}) =>
  writeAssembly(
    { Again: { file: 'again.ts', variables: { QUEUE_URL: ref('Work') }, properties } },
    {
      Dead: queue(),
      Work: queue({
        VisibilityTimeout: 30,
        RedrivePolicy: { deadLetterTargetArn: arnOf('Dead'), maxReceiveCount: 2 },
      }),
      Mapping: sqsMapping('Work', 'Again'),
    },
  );

const message = (rounds: number) => ({ body: JSON.stringify({ rounds, round: 1 }) });

describe('AWS: Lambda stops a loop through SQS after about 16 invocations', () => {
  test('the 17th round is dropped; its message ends in the dead letters, after the receives its queue allows', async () => {
    const { cloud, lines } = await startCloud(loop());
    queueOf(cloud, 'Work').send(message(30));
    await cloud.advanceTo(start + 10 * minute);

    expect(cloud.functions.get('Again')?.invocations).toEqual({ total: 16, failed: 0 });
    expect(cloud.functions.get('Again')?.recursiveInvocationsDropped).toBe(2);
    expect(lines.join()).toContain('RecursiveInvocationException');
    expect(queueOf(cloud, 'Work').depth()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
    const [dead, ...more] = queueOf(cloud, 'Dead').peek();
    expect(more).toEqual([]);
    expect(JSON.parse(dead?.body ?? '')).toEqual({ rounds: 30, round: 17 });
  });

  test('a chain of 16 ends by itself, and the next chain begins from one', async () => {
    const { cloud } = await startCloud(loop());
    for (let chain = 1; chain <= 2; chain++) {
      queueOf(cloud, 'Work').send(message(16));
      await cloud.advanceTo(start + chain * minute);
    }
    expect(cloud.functions.get('Again')?.invocations).toEqual({ total: 32, failed: 0 });
    expect(queueOf(cloud, 'Dead').peek()).toEqual([]);
  });

  test('RecursiveLoop: Allow lets a function that has its own limit go round as often as that says', async () => {
    const { cloud } = await startCloud(loop({ RecursiveLoop: 'Allow' }));
    queueOf(cloud, 'Work').send(message(30));
    await cloud.advanceTo(start + minute);
    expect(cloud.functions.get('Again')?.invocations).toEqual({ total: 30, failed: 0 });
    expect(queueOf(cloud, 'Dead').peek()).toEqual([]);
  });

  test('a loop over two functions and two queues is one too', async () => {
    const { cloud } = await startCloud(
      writeAssembly(
        {
          There: { file: 'again.ts', variables: { QUEUE_URL: ref('Back') } },
          AndBack: { file: 'again.ts', variables: { QUEUE_URL: ref('Work') } },
        },
        {
          Work: queue({ MessageRetentionPeriod: 60 }),
          Back: queue({ MessageRetentionPeriod: 60 }),
          Mapping: sqsMapping('Work', 'There'),
          BackMapping: sqsMapping('Back', 'AndBack'),
        },
      ),
    );
    queueOf(cloud, 'Work').send(message(100));
    await cloud.advanceTo(start + 10 * minute);
    expect(cloud.functions.get('There')?.invocations).toEqual({ total: 16, failed: 0 });
    expect(cloud.functions.get('AndBack')?.invocations).toEqual({ total: 16, failed: 0 });
  });
});

test('AWS: a table’s stream does not hand a chain of requests on', async () => {
  const { cloud } = await startCloud(
    writeAssembly(
      { Turn: { file: 'turn.ts', variables: { TABLE: ref('Items') } } },
      {
        Items: table('NEW_IMAGE'),
        Stream: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { EventSourceArn: { 'Fn::GetAtt': ['Items', 'StreamArn'] }, FunctionName: ref('Turn') },
        },
      },
    ),
  );
  await cloud.invoke('Turn', { round: 1, rounds: 25 });
  await cloud.settle();
  expect(itemsOf(cloud, 'Items')).toMatchObject([{ round: '25' }]);
  expect(cloud.functions.get('Turn')?.invocations).toMatchObject({ failed: 0 });
});

test('a batch of messages from several chains goes on with the longest', () => {
  const arn = 'arn:aws:lambda:eu-central-1:0:function:f';
  let long = traceHeader('a', arn, []);
  for (let more = 0; more < 3; more++) long = traceHeader('a', arn, [long]);
  const joined = traceHeader('b', arn, [traceHeader('c', arn, []), long, 'Root=1-of-somebody-else']);
  expect(invocationsIn(joined, arn)).toBe(5);
  expect(invocationsIn(joined, `${arn}g`)).toBe(0);
  expect(invocationsIn(undefined, arn)).toBe(0);
  expect(LONGEST_CHAIN).toBe(16);
});
