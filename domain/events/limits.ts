/** Limits of the Segment HTTP API; a little more per request, since SDKs count without their envelope. */
export const LIMITS = {
  requestBytes: 524_288 + 1_024,
  eventsPerBatch: 2_500,
  eventBytes: 32 * 1_024,
  depth: 31,
  idLength: 256,
  nameLength: 200,
  messageIdLength: 100,
  traitBytes: 1_024,
} as const;
