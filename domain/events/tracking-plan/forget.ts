import { isJsonObject } from '../../json.ts';
import { BOUNDS, type SeenEvent } from './seen-event.ts';

export type Forgetting =
  | { readonly outcome: 'entries'; readonly entries: readonly SeenEvent[] }
  /** `message` says what must be sent. */
  | { readonly outcome: 'invalid'; readonly message: string };

const FIELDS = new Set(['events', 'traits', 'groupTraits']);

/**
 * The entries that somebody wants to be forgotten: events by the names the plan shows, and all traits of people or of
 * groups at once, since they have one entry each.
 */
export function toForget(seen: readonly SeenEvent[], body: unknown): Forgetting {
  if (!isJsonObject(body) || Object.keys(body).some((name) => !FIELDS.has(name)))
    return invalid('Send an object with "events", a list of names, "traits" or "groupTraits".');
  const { events = [], traits = false, groupTraits = false } = body;
  if (!Array.isArray(events) || events.length > BOUNDS.names || !events.every((name) => typeof name === 'string'))
    return invalid(`"events" must be a list of at most ${BOUNDS.names} names.`);
  if (typeof traits !== 'boolean' || typeof groupTraits !== 'boolean')
    return invalid('"traits" and "groupTraits" must be true or false.');
  const names = new Set(events);
  const entries = seen.filter(({ type, name }) => {
    if (type === 'identify') return traits;
    return type === 'group' ? groupTraits : names.has(name);
  });
  return { outcome: 'entries', entries };
}

const invalid = (message: string): Forgetting => ({ outcome: 'invalid', message });
