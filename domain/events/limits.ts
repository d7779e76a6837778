/** Limits of the Segment HTTP API; a little more per request, since SDKs count without their envelope. */
export const LIMITS = {
  requestBytes: 524_288 + 1_024,
  eventsPerBatch: 2_500,
  eventBytes: 32 * 1_024,
  depth: 31,
  idLength: 256,
  nameLength: 200,
  messageIdLength: 100,
  traitNameLength: 100,
  traitBytes: 1_024,
  /** What the context of a batch may add to all its events together: it is written into each of them. */
  sharedContextBytes: 2 * 1_048_576,
} as const;
