import { expect, test } from 'vitest';
import {
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

const hour = 60 * minute;

/** Things that a queue's function writes, followed by another function that no attempt of satisfies `poison`. */
async function following(mapping: Record<string, unknown>) {
  const { cloud, lines } = await startCloud(
    writeAssembly(
      {
        Receive: { file: 'receive.ts', variables: { TABLE: ref('Things') } },
        Follow: { file: 'follow.ts', variables: { TABLE: ref('Seen') } },
      },
      {
        Work: queue(),
        Things: table('NEW_IMAGE'),
        Seen: table(),
        Mapping: sqsMapping('Work', 'Receive'),
        Stream: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: {
            EventSourceArn: { 'Fn::GetAtt': ['Things', 'StreamArn'] },
            FunctionName: ref('Follow'),
            BatchSize: 1,
            ...mapping,
          },
        },
      },
    ),
  );
  const write = async (id: string) => {
    queueOf(cloud, 'Work').send({ body: JSON.stringify({ id }) });
    await cloud.advanceTo(cloud.clock.now());
  };
  const seen = () => itemsOf(cloud, 'Seen').map(({ id }) => id);
  return { cloud, lines, write, seen };
}

test('AWS: a record older than the mapping allows is given up, whatever its retries', async () => {
  const { cloud, lines, write } = await following({ MaximumRecordAgeInSeconds: 120 });
  await write('poison');
  await cloud.advanceTo(start + 2 * minute);
  expect(lines.join()).not.toContain('gave up');
  await cloud.advanceTo(start + 4 * minute);
  expect(lines.join()).toContain('RecordAgeExceeded');
});

test('AWS: without limits of its own a mapping stands still for the 24 hours that a stream keeps a record', async () => {
  const { cloud, lines, write } = await following({});
  await write('poison');
  await cloud.advanceTo(start + 24 * hour);
  expect(lines.join()).not.toContain('gave up');
  await cloud.advanceTo(start + 24 * hour + 2 * minute);
  expect(lines.join()).toContain('RecordAgeExceeded');
});
