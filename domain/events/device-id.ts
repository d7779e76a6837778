import type { JsonObject } from '../json.ts';

const LONGEST = 128;

/** The id by which `context.device` is known from event to event; undefined when it has none that can be kept. */
export const deviceIdIn = ({ id }: JsonObject): string | undefined =>
  typeof id === 'string' && id !== '' && id.length <= LONGEST ? id : undefined;
