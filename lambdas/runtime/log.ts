/**
 * The catalogue: every line our functions log has a code of it, to search and alarm on. `WARN` goes on by itself, `ERROR`
 * has cost somebody something or will. `fields` are all a line may carry besides: there is no field in which a person's
 * id, name or address could stand. docs/logs.md says what to do about each.
 */
export const LOG = {
  'source-lookup-failed': {
    level: 'WARN',
    message: 'A write key could not be looked up; the sender was told to try again.',
    fields: { error: 'name' },
  },
  'ingest-failed': {
    level: 'ERROR',
    message: 'A request for ingest ended in an error of ours; the sender was told to try again.',
    fields: { error: 'name' },
  },
  'body-mangled': {
    level: 'ERROR',
    message: 'A compressed body arrived damaged: something on the way took it for text. Its events are lost.',
    fields: {},
  },
  'allowance-unknown': {
    level: 'WARN',
    message: 'What a source may still send could not be read; it was let through.',
    fields: { error: 'name' },
  },
  'users-lookup-failed': {
    level: 'WARN',
    message: 'Whether an alias joins two known users could not be read; it was taken as one of a device.',
    fields: { error: 'name' },
  },
  'observing-failed': {
    level: 'WARN',
    message: 'What was seen of events could not be stored or masked; the events themselves went their way.',
    fields: { error: 'name' },
  },
  'queue-refused': {
    level: 'WARN',
    message: 'A queue did not take everything; what it refused is tried again by its sender.',
    fields: { error: 'name', messages: 'count' },
  },
  'messages-failed': {
    level: 'ERROR',
    message: 'A request for a message ended in an error of ours; the program was told to try again.',
    fields: { error: 'name' },
  },
  'timeline-refused': {
    level: 'WARN',
    message: 'A message was taken that a program asked for; its line in the timeline was not.',
    fields: { sendId: 'id', error: 'name' },
  },
  'lake-refused': {
    level: 'WARN',
    message: 'The lake did not take raw inputs; they wait on the lake-retry queue.',
    fields: { error: 'name' },
  },
  'user-put-back': {
    level: 'WARN',
    message: 'Inputs of one user could not be committed and went back to the queue alone.',
    fields: { hops: 'count', inputs: 'count' },
  },
  'profile-unreadable': {
    level: 'ERROR',
    message: 'Stored profiles cannot be understood; the inputs of their users end as dead letters.',
    fields: { profiles: 'count' },
  },
  'newer-profile': {
    level: 'WARN',
    message: 'A profile was written by a newer release; its inputs wait for a worker of that release.',
    fields: { hops: 'count', inputs: 'count' },
  },
  'timers-held-back': {
    level: 'WARN',
    message: 'The live queue lags: due inputs that events still waiting may precede went back to the queue.',
    fields: { inputs: 'count' },
  },
  'live-lag-unknown': {
    level: 'WARN',
    message:
      'The lag of the live queue could not be read: sweeps go by the last known one for five minutes, a worker by none.',
    fields: { error: 'name' },
  },
  'quota-unreadable': {
    level: 'WARN',
    message: 'SES did not say how much it takes a second; the worker goes on by what it knows.',
    fields: { error: 'name' },
  },
  'holds-unreadable': {
    level: 'WARN',
    message: 'What is held could not be read or written; the worker goes on by what it knows.',
    fields: { error: 'name' },
  },
  'budgets-unreadable': {
    level: 'WARN',
    message: 'What was not used of a budget could not be given back: so many messages fewer may go.',
    fields: { error: 'name' },
  },
  'budget-reached': {
    level: 'WARN',
    message: 'A budget is used up: marketing waits until its day or month ends.',
    fields: { budget: 'name' },
  },
  'channel-held': {
    level: 'ERROR',
    message:
      'SES refuses all that we send: nothing is sent until somebody resumes. This is said as long as messages wait.',
    fields: { reason: 'name' },
  },
  'occurrence-missed': {
    level: 'ERROR',
    message: 'The time of a scheduled journey came more than a day ago and nobody looked: it was skipped.',
    fields: { journey: 'name', occurrence: 'id' },
  },
  'catalog-unreadable': {
    level: 'WARN',
    message: 'What is published could not be read; the worker goes on by what it knows.',
    fields: { error: 'name' },
  },
  'backfill-failed': {
    level: 'ERROR',
    message: 'What was received before counters began cannot be counted: what waits for it decides about nobody.',
    fields: { reason: 'name' },
  },
  'job-failed': {
    level: 'ERROR',
    message: 'A job about everybody cannot go on: a preview, a count or a reconcile.',
    fields: { reason: 'name' },
  },
  'user-quarantined': {
    level: 'WARN',
    message: 'More came in for a user than people send; what comes until her time is over is left aside.',
    fields: {},
  },
  'sink-refused': {
    level: 'WARN',
    message: 'A sink did not take what dispatch handed it; it waits on the retry queue.',
    fields: { sink: 'name', error: 'name', items: 'count' },
  },
  'journeys-uncounted': {
    level: 'WARN',
    message: 'What happened in journeys was handed on but not counted; the timeline has it.',
    fields: { error: 'name', items: 'count' },
  },
  'record-unreadable': {
    level: 'ERROR',
    message: 'A message or stream record could not be read; it will be retried and then set aside.',
    fields: { records: 'count', sequenceNumber: 'id' },
  },
  'send-unknown': {
    level: 'ERROR',
    message: 'A provider did not answer in time, or a worker died meanwhile; nobody knows whether the message left.',
    fields: { sendId: 'id', reason: 'name' },
  },
  'send-dry-run': {
    level: 'WARN',
    message: 'A message was made and not sent: this stage is on a dry run.',
    fields: { sendId: 'id' },
  },
  'send-refused': {
    level: 'ERROR',
    message: 'A provider refused a message for good.',
    fields: { sendId: 'id', reason: 'name' },
  },
  'variables-empty': {
    level: 'WARN',
    message: 'A message was sent with nothing in places where a template prints what this person does not have.',
    fields: { variables: 'count' },
  },
  'send-not-now': {
    level: 'WARN',
    message: 'A provider refused a message for now; it is tried again.',
    fields: { sendId: 'id', reason: 'name' },
  },
  'claim-stuck': {
    level: 'ERROR',
    message: 'A message that was not sent could not give its claim back; nobody will send it.',
    fields: { sendId: 'id', error: 'name' },
  },
  'send-rejected': {
    level: 'ERROR',
    message: 'SES took a message and then did not send it: it found malware in it, or could not put it together.',
    fields: { sendId: 'id' },
  },
  'address-suppressed': {
    level: 'WARN',
    message: 'Nothing is sent to an address any more: mail to it comes back, or its owner complained.',
    fields: { sendId: 'id', reason: 'name' },
  },
  'receipt-unknown': {
    level: 'WARN',
    message: 'A provider told something we cannot read; it was dropped.',
    fields: { reason: 'name' },
  },
  'receipt-foreign': {
    level: 'WARN',
    message: 'A provider told of a message that is not ours, sent by our configuration set; it was dropped.',
    fields: {},
  },
  'receipt-unclaimed': {
    level: 'WARN',
    message:
      'A provider told of a message whose claim is not there (any more); its address is suppressed if it says so.',
    fields: { sendId: 'id' },
  },
  'look-uncounted': {
    level: 'WARN',
    message:
      'Somebody followed a link of a message, or looked at it, and it could not be noted; she got where she wanted.',
    fields: { error: 'name' },
  },
  'tracking-failed': {
    level: 'ERROR',
    message: 'A link of a message could not be read; whoever followed it was told to try again.',
    fields: { error: 'name' },
  },
  'receipts-uncounted': {
    level: 'WARN',
    message: 'What providers told was done but not counted; the lake has it.',
    fields: { error: 'name' },
  },
  'preferences-failed': {
    level: 'ERROR',
    message: 'A page of preferences ended in an error of ours; its visitor was asked to try again.',
    fields: { error: 'name' },
  },
  'refusal-untold': {
    level: 'ERROR',
    message: 'Somebody unsubscribed: it holds by the list of her address, but her profile could not be told.',
    fields: { sendId: 'id', error: 'name' },
  },
  'call-not-taken': {
    level: 'WARN',
    message: 'A system did not take what it was told; it is told again.',
    fields: { callId: 'id', reason: 'name' },
  },
  'call-given-up': {
    level: 'ERROR',
    message: 'A system was not told: it has refused it, could not be reached for hours, or is set up wrongly.',
    fields: { callId: 'id', reason: 'name' },
  },
  'call-dropped': {
    level: 'WARN',
    message: 'A system is not told any more: the journey was stopped, or the person or her step is gone.',
    fields: { callId: 'id', reason: 'name' },
  },
  'call-dry-run': {
    level: 'WARN',
    message: 'A system was not told, because this stage tells of nobody or not of this person.',
    fields: { callId: 'id' },
  },
  'admin-request-failed': {
    level: 'ERROR',
    message: 'A request of the admin API ended in an error of ours; whoever made it was told so.',
    fields: { error: 'name', operation: 'name', at: 'places' },
  },
  'audit-unfinished': {
    level: 'WARN',
    message: 'How a change by the admin API ended could not be written into the audit; that it began is there.',
    fields: { error: 'name' },
  },
  'reconcile-not-begun': {
    level: 'WARN',
    message: 'A release is live, but what it is owed could not be begun; the census begins it a minute later.',
    fields: { error: 'name' },
  },
  'invocation-failed': {
    level: 'ERROR',
    message: 'An invocation, or its part for one message or user, ended with an error.',
    fields: { error: 'name', at: 'places' },
  },
} as const satisfies Record<string, LogEntry>;

interface LogEntry {
  readonly level: 'WARN' | 'ERROR';
  readonly message: string;
  readonly fields: Readonly<Record<string, keyof FieldValues>>;
}

/** What a field can hold: how many, what an error or a part of the product is called, an id we made, places in our code. */
interface FieldValues {
  readonly count: number;
  readonly name: string;
  readonly id: string;
  readonly places: readonly string[];
}

export type LogCode = keyof typeof LOG;

/** The fields of one code; each may be left out. */
type LogFields<Code extends LogCode> = {
  readonly [Field in keyof (typeof LOG)[Code]['fields']]?:
    | FieldValues[(typeof LOG)[Code]['fields'][Field] & keyof FieldValues]
    | undefined;
};

export type Log = <Code extends LogCode>(code: Code, fields?: LogFields<Code>) => void;

/** One JSON object a line, for CloudWatch Logs. */
export const jsonLog: Log = (code, fields = {}) => {
  const { level, message, fields: kinds } = LOG[code];
  const shown = Object.entries(kinds).flatMap(([name, kind]) => {
    const value = (fields as Record<string, unknown>)[name];
    return value === undefined ? [] : [[name, shownAs[kind](value)]];
  });
  const line = JSON.stringify({ level, code, message, ...Object.fromEntries(shown) });
  if (level === 'ERROR') console.error(line);
  else console.warn(line);
};

/** Types have let nothing else through; this holds for what a library calls its errors, too. */
const matching = (pattern: RegExp) => (value: unknown) =>
  typeof value === 'string' && pattern.test(value) ? value : 'unprintable';
const place = matching(/^[\w./:-]{1,120}$/);

const shownAs: Record<keyof FieldValues, (value: unknown) => unknown> = {
  count: Number,
  name: matching(/^[A-Za-z][\w.-]{0,63}$/),
  id: matching(/^[\w-]{1,128}$/),
  places: (value) => (value as readonly string[]).slice(0, 5).map(place),
};

/** Name of an error: its message may quote what a person wrote. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'Error');
