import { describe, expect, it } from 'vitest';
import { deploymentOf } from '../../commands/deployment/address-book.ts';
import { book, deploymentDev } from './deployments.ts';

describe('a deployment by its name', () => {
  it('has its queues addressed', () => {
    expect(deploymentDev()).toMatchObject({
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
      message: expect.stringContaining('lacks everything'),
    });
  });
});
