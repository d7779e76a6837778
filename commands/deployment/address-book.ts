/**
 * What a deployment publishes about itself in SSM, so that an operator's commands need only its name. The construct that
 * writes it (lib/operations/address-book.ts) and the commands that read it share this file; nothing here is secret.
 */
export const addressBookName = (deployment: string) => `/perennial/${deployment}/operations`;

/** Where inputs and effects wait; each has a queue of dead letters. */
export const queueNames = [
  'live',
  'timers',
  'bulk',
  'dispatch',
  'email',
  'transactional',
  'lake',
  'census',
  'receipts',
  'calls',
] as const;
export type QueueName = (typeof queueNames)[number];

const tableNames = ['profiles', 'timeline', 'sends', 'definitions', 'ledger'] as const;
export type TableName = (typeof tableNames)[number];

/** As it is published: physical names. Queues are named and not addressed, because a parameter holds 4 KB. */
export interface AddressBook {
  readonly apiUrl: string;
  /** Before a queue's name it makes its URL. */
  readonly queueUrls: string;
  readonly queues: Readonly<Record<QueueName, { readonly name: string; readonly deadLetters: string }>>;
  /** The queue of minutes in which the sweep could not be started. */
  readonly sweepMissed: string;
  readonly tables: Readonly<Record<TableName, string>>;
  readonly buckets: { readonly lake: string; readonly failures: string };
  /** By the name of their entry. */
  readonly functions: Readonly<Record<string, string>>;
  /** Of the stream of profiles; it has an id and no name. */
  readonly streamMapping: string;
  readonly eventBus: string;
  readonly configurationSet: string;
  readonly fromAddress: string;
  /** Workers that send email at once. */
  readonly emailConcurrency: number;
  readonly alarmTopic: string;
}

/** A deployment as commands see it. */
export interface Deployment extends Omit<AddressBook, 'queueUrls' | 'queues' | 'sweepMissed'> {
  readonly name: string;
  readonly queues: Readonly<Record<QueueName, { readonly url: string; readonly deadLettersUrl: string }>>;
  readonly sweepMissedUrl: string;
}

export type FoundDeployment =
  | { readonly outcome: 'found'; readonly deployment: Deployment }
  /** With a sentence that says what to do. */
  | { readonly outcome: 'problem'; readonly message: string };

const text = 'string';
const each = <N extends string>(names: readonly N[], kind: unknown) =>
  Object.fromEntries(names.map((name) => [name, kind]));

/** Every name that has to be there. Functions come and go with releases: of them there is only a list. */
const shape = {
  apiUrl: text,
  queueUrls: text,
  queues: each(queueNames, { name: text, deadLetters: text }),
  sweepMissed: text,
  tables: each(tableNames, text),
  buckets: { lake: text, failures: text },
  functions: {},
  streamMapping: text,
  eventBus: text,
  configurationSet: text,
  fromAddress: text,
  emailConcurrency: 'number',
  alarmTopic: text,
};

/** What is published under a deployment's name; undefined when nothing is. */
export function deploymentOf(name: string, published: string | undefined): FoundDeployment {
  if (published === undefined) {
    const message =
      `There is no deployment "${name}" in this account and Region, or one older than release 0.1.0: ` +
      `${addressBookName(name)} is not in SSM. Stacks are called perennial-NAME-engine; AWS_REGION and AWS_PROFILE say where.`;
    return { outcome: 'problem', message };
  }
  const book = parsed(published);
  const lacking = lackingIn(book, shape, '');
  if (lacking.length > 0) {
    const message =
      `Deployment "${name}" was deployed by another release: its address book lacks ${lacking.join(', ')}. ` +
      'Deploy this release first, or use the commands of that one.';
    return { outcome: 'problem', message };
  }
  return { outcome: 'found', deployment: addressed(name, book as AddressBook) };
}

function parsed(published: string): unknown {
  try {
    return JSON.parse(published);
  } catch {
    return undefined;
  }
}

/** The paths that a value should have and does not. */
function lackingIn(value: unknown, expected: unknown, path: string): string[] {
  if (typeof expected === 'string') return [typeof value === expected ? [] : [path]].flat();
  if (typeof value !== 'object' || value === null) return [path === '' ? 'everything' : path];
  return Object.entries(expected as object).flatMap(([name, kind]) =>
    lackingIn((value as Record<string, unknown>)[name], kind, path === '' ? name : `${path}.${name}`),
  );
}

function addressed(name: string, { queueUrls, queues, sweepMissed, ...book }: AddressBook): Deployment {
  const url = (queue: string) => `${queueUrls}${queue}`;
  const both = (queue: QueueName) => ({ url: url(queues[queue].name), deadLettersUrl: url(queues[queue].deadLetters) });
  return {
    name,
    ...book,
    queues: Object.fromEntries(queueNames.map((queue) => [queue, both(queue)])) as Deployment['queues'],
    sweepMissedUrl: url(sweepMissed),
  };
}
