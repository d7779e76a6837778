import { describe, expect, test } from 'vitest';
import { failedItems } from '../../../local/cloud/mappings/batch-failures.ts';
import { recordFilter } from '../../../local/cloud/mappings/filter.ts';
import { queue, queueOf, sqsMapping, startCloud, writeAssembly } from './support.ts';

describe('the answer of a function that reports item failures', () => {
  const list = (...ids: unknown[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

  test.each([
    ['nothing', null, []],
    ['an empty object', {}, []],
    ['no list', { batchItemFailures: null }, []],
    ['an empty list', list(), []],
    ['one of the ids', list('b'), ['b']],
    ['an empty id', list(''), 'all'],
    ['a null id', list('a', null), 'all'],
    ['an unknown id', list('z'), 'all'],
    ['a wrong key', { batchItemFailures: [{ id: 'a' }] }, 'all'],
    ['something that is no list', { batchItemFailures: 'a' }, 'all'],
  ])('%s', (_, answer, expected) => {
    const failed = failedItems(answer, new Set(['a', 'b']));
    expect(failed === 'all' ? 'all' : [...failed]).toEqual(expected);
  });
});

describe('a filter', () => {
  const filter = (...patterns: unknown[]) =>
    recordFilter({ Filters: patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })) });

  test.each([
    ['no filter lets all through', recordFilter(undefined), { body: 'x' }, true],
    ['a pattern looks into the JSON of a body', filter({ body: { kind: ['due'] } }), { body: '{"kind":"due"}' }, true],
    ['and refuses a body that is no JSON', filter({ body: { kind: ['due'] } }), { body: 'due' }, false],
    ['a list under body meets its text', filter({ body: ['due'] }), { body: 'due' }, true],
    ['one of several is enough', filter({ body: ['a'] }, { body: ['b'] }), { body: 'b' }, true],
  ])('%s', (_, passes, record, expected) => expect(passes(record)).toBe(expected));
});

describe('a queue’s mapping', () => {
  const recorder = `const seen = []; export const handler = ({ Records, read }) => { if (read) return seen; seen.push(Records); };`;

  test('hands over records as AWS does, in batches, and deletes what its filter refuses', async () => {
    const FilterCriteria = { Filters: [{ Pattern: '{"body":{"keep":[true]}}' }] };
    const { cloud } = await startCloud(
      writeAssembly(
        { Lambda: { source: recorder } },
        { Work: queue(), Mapping: sqsMapping('Work', 'Lambda', { FilterCriteria, BatchSize: 3 }) },
      ),
      { environments: { default: 1 } },
    );
    const work = queueOf(cloud, 'Work');
    work.send(
      { body: '{"keep":true,"n":1}', messageGroupId: 'g' },
      { body: '{"keep":false}' },
      ...[2, 3, 4].map((n) => ({ body: `{"keep":true,"n":${n}}` })),
    );
    await cloud.settle();
    expect(work.depth()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
    const result = await cloud.invoke('Lambda', { read: true });
    const batches = (result.ok ? result.value : []) as Record<string, unknown>[][];
    expect(batches.map((batch) => batch.map(({ body }) => JSON.parse(String(body)).n))).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(batches[0]?.[0]).toMatchObject({
      messageId: expect.stringMatching(/^[-0-9a-f]{36}$/),
      receiptHandle: expect.any(String),
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(cloud.clock.now()), MessageGroupId: 'g' },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: work.definition.arn,
      awsRegion: 'eu-central-1',
    });
  });

  test('AWS: a batch ends where the payload of an invocation would be over 6 MB', async () => {
    const source = 'export const handler = ({ Records }) => { if (Records.length > 6) throw new Error("too many"); };';
    const { cloud } = await startCloud(
      writeAssembly({ Lambda: { source } }, { Work: queue(), Mapping: sqsMapping('Work', 'Lambda') }),
    );
    const work = queueOf(cloud, 'Work');
    work.send(...Array.from({ length: 10 }, () => ({ body: 'x'.repeat(1024 * 1024) })));
    await cloud.settle();
    expect(work.depth()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
    expect(cloud.functions.get('Lambda')?.invocations).toEqual({ total: 2, failed: 0 });
  });

  test('leaves messages where they are while it is disabled', async () => {
    const { cloud } = await startCloud(
      writeAssembly({ Lambda: { source: recorder } }, { Work: queue(), Mapping: sqsMapping('Work', 'Lambda') }),
    );
    const work = queueOf(cloud, 'Work');
    cloud.enableMapping(work.definition.arn, false);
    work.send({ body: 'a' });
    await cloud.advanceTo(cloud.clock.now() + 60_000);
    expect(work.depth()).toEqual({ visible: 1, delayed: 0, inFlight: 0 });
    cloud.enableMapping(work.definition.arn, true);
    await cloud.settle();
    expect(work.depth()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
    expect(() => cloud.enableMapping('arn:aws:sqs:x:0:other', false)).toThrow('No function is fed');
  });

  test('runs no more invocations side by side than its maximum concurrency', async () => {
    const source = 'export const handler = () => new Promise((resolve) => setTimeout(resolve, 5));';
    const { cloud } = await startCloud(
      writeAssembly(
        { Lambda: { source } },
        {
          Work: queue(),
          Mapping: sqsMapping('Work', 'Lambda', { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } }),
        },
      ),
      { environments: { default: 5 } },
    );
    queueOf(cloud, 'Work').send(...Array.from({ length: 12 }, () => ({ body: 'x' })));
    await cloud.settle();
    expect(cloud.functions.get('Lambda')?.invocations).toEqual({ total: 12, failed: 0 });
    expect(cloud.functions.get('Lambda')?.pool.size).toBe(2);
  });
});
