import { type AddressBook, type Deployment, deploymentOf } from '../../commands/deployment/address-book.ts';

const queue = (name: string) => ({ name, deadLetters: `${name}-dead` });

/** What a deployment `dev` publishes. */
export const book: AddressBook = {
  apiUrl: 'https://api.example',
  queueUrls: 'https://sqs.eu-central-1.amazonaws.com/111122223333/',
  queues: {
    live: queue('live'),
    timers: queue('timers'),
    bulk: queue('bulk'),
    dispatch: queue('dispatch'),
    email: queue('email'),
    transactional: queue('transactional'),
    lake: queue('lake'),
    census: queue('census'),
    receipts: queue('receipts'),
    calls: queue('calls'),
  },
  sweepMissed: 'missed',
  tables: {
    profiles: 'the-profiles',
    timeline: 'the-timeline',
    sends: 'the-sends',
    definitions: 'the-definitions',
    ledger: 'the-ledger',
  },
  buckets: { lake: 'the-lake', failures: 'the-failures' },
  functions: { ingest: 'fn-ingest', advance: 'fn-advance' },
  streamMapping: 'b3b3b3b3-0000-0000-0000-000000000000',
  eventBus: 'perennial-dev',
  configurationSet: 'set',
  fromAddress: 'hello@news.shop.example',
  emailConcurrency: 2,
  alarmTopic: 'arn:aws:sns:eu-central-1:111122223333:topic',
};

/** The same as commands see it. */
export function deploymentDev(): Deployment {
  const found = deploymentOf('dev', JSON.stringify(book));
  if (found.outcome !== 'found') throw new Error(found.message);
  return found.deployment;
}
