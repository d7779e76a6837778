/** Every line our functions log: a code to search and alarm on, and what it means. No line holds personal data. */
const LOG = {
  'source-lookup-failed': 'A write key could not be looked up; the sender was told to try again.',
  'ingest-failed': 'A request for ingest ended in an error of ours; the sender was told to try again.',
  'body-mangled': 'A compressed body arrived damaged: something on the way took it for text. Its events are lost.',
  'allowance-unknown': 'What a source may still send could not be read; it was let through.',
  'users-lookup-failed': 'Whether an alias joins two known users could not be read; it was taken as one of a device.',
  'observing-failed': 'What was seen of events could not be stored or masked; the events themselves went their way.',
  'queue-refused': 'A queue did not take everything; what it refused is tried again by its sender.',
  'lake-refused': 'The lake did not take raw inputs; they wait on the lake-retry queue.',
  'user-put-back': 'Inputs of one user could not be committed and went back to the queue alone.',
  'profile-unreadable': 'Stored profiles cannot be understood; the inputs of their users end as dead letters.',
  'newer-profile': 'A profile was written by a newer release; its inputs wait for a worker of that release.',
  'timers-held-back': 'The live queue lags: due inputs that events still waiting may precede went back to the queue.',
  'live-lag-unknown':
    'The lag of the live queue could not be read: sweeps go by the last known one for five minutes, a worker by none.',
  'user-quarantined': 'More came in for a user than people send; what comes until her time is over is left aside.',
  'sink-refused': 'A sink did not take what dispatch handed it; it waits on the retry queue.',
  'record-unreadable': 'A message or stream record could not be read; it will be retried and then set aside.',
  'send-unknown': 'A provider did not answer in time; nobody knows whether the message left.',
  'send-refused': 'A provider refused a message for good.',
  'send-not-now': 'A provider refused a message for now; it is tried again.',
  'claim-stuck': 'A message that was not sent could not give its claim back; nobody will send it.',
  'invocation-failed': 'An invocation ended with an error.',
} as const;

export type LogCode = keyof typeof LOG;

/** Counts, codes and our own ids: never what a person is called, where she is or what she wrote. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export type Log = (code: LogCode, fields?: LogFields) => void;

/** One JSON object a line, for CloudWatch Logs. */
export const jsonLog: Log = (code, fields = {}) => {
  console.warn(JSON.stringify({ level: 'WARN', code, message: LOG[code], ...fields }));
};

/** Name of an error: its message may quote what a person wrote. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'Error');
