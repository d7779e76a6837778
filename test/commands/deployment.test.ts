import { describe, expect, it } from 'vitest';
import { deploymentOf, queueNames, tableNames } from '../../commands/deployment/address-book.ts';

const each = <N extends string, V>(names: readonly N[], value: (name: N) => V) =>
  Object.fromEntries(names.map((name) => [name, value(name)]));

const book = {
  apiUrl: 'https://api.example',
  queueUrls: 'https://sqs.eu-central-1.amazonaws.com/111122223333/',
  queues: each(queueNames, (name) => ({ name, deadLetters: `${name}-dead` })),
  sweepMissed: 'missed',
  tables: each(tableNames, (name) => `table-${name}`),
  buckets: { lake: 'lake', failures: 'failures' },
  functions: { ingest: 'fn-ingest' },
  streamMapping: 'b3b3b3b3-0000-0000-0000-000000000000',
  eventBus: 'perennial-dev',
  configurationSet: 'set',
  fromAddress: 'hello@example.com',
  emailConcurrency: 2,
  alarmTopic: 'arn:aws:sns:eu-central-1:111122223333:topic',
};

describe('a deployment by its name', () => {
  it('has its queues addressed', () => {
    const found = deploymentOf('dev', JSON.stringify(book));
    if (found.outcome !== 'found') throw new Error(found.message);
    expect(found.deployment).toMatchObject({
      name: 'dev',
      queues: {
        live: {
          url: 'https://sqs.eu-central-1.amazonaws.com/111122223333/live',
          deadLettersUrl: 'https://sqs.eu-central-1.amazonaws.com/111122223333/live-dead',
        },
      },
      sweepMissedUrl: 'https://sqs.eu-central-1.amazonaws.com/111122223333/missed',
      functions: { ingest: 'fn-ingest' },
    });
  });

  it('that is not there is said, with where it was looked for', () => {
    const found = deploymentOf('prod', undefined);
    expect(found).toMatchObject({ outcome: 'problem', message: expect.stringContaining('/perennial/prod/operations') });
  });

  it('of another release names what it lacks', () => {
    const { streamMapping: _, ...older } = { ...book, queues: { ...book.queues, bulk: { name: 'bulk' } } };
    expect(deploymentOf('dev', JSON.stringify(older))).toMatchObject({
      outcome: 'problem',
      message: expect.stringContaining('lacks queues.bulk.deadLetters, streamMapping'),
    });
  });

  it.each(['', 'null', '[', '7'])('whose address book is %j is told as one of another release', (published) => {
    expect(deploymentOf('dev', published)).toMatchObject({
      outcome: 'problem',
      message: expect.stringMatching(/lacks/),
    });
  });
});
