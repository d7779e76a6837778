import { isJsonObject } from '../../json.ts';
import { LIMITS } from '../limits.ts';
import { OPEN_PLAN, type PlanSettings } from '../plan-settings.ts';
import { BOUNDS, type SeenEvent } from './seen-event.ts';

export type ChangedSettings =
  | { readonly outcome: 'settings'; readonly settings: PlanSettings }
  /** `message` says which field and what it must be. */
  | { readonly outcome: 'invalid'; readonly message: string };

/** With 500 events of 200 characters it all has 363 KB at most, in whatever script: an item may have 400. */
const PERSONAL_NAMES = 200;

/**
 * Settings with some of their fields replaced by a request's. Who begins to refuse unknown events without saying which
 * are known means those that were seen so far: by their masked names, which `maskEventName` makes of the sent ones.
 *
 * @param seenNames names of the track events in the tracking plan
 */
export function changeSettings(settings: PlanSettings, body: unknown, seenNames: readonly string[]): ChangedSettings {
  if (!isJsonObject(body)) return invalid('Send a JSON object.');
  const unknown = Object.keys(body).find((name) => !Object.hasOwn(OPEN_PLAN, name));
  if (unknown !== undefined)
    return invalid(`There is no setting "${unknown.slice(0, 50)}"; there are ${Object.keys(OPEN_PLAN).join(', ')}.`);

  const { unknownEvents = settings.unknownEvents, personal = settings.personal } = body;
  if (unknownEvents !== 'accept' && unknownEvents !== 'refuse')
    return invalid('"unknownEvents" must be "accept" or "refuse".');
  const closes = unknownEvents === 'refuse' && settings.unknownEvents === 'accept';
  const { knownEvents = closes ? seenNames : settings.knownEvents } = body;
  if (!areNames(knownEvents, BOUNDS.names, LIMITS.nameLength))
    return invalid(
      `"knownEvents" must be a list of at most ${BOUNDS.names} names of 1 to ${LIMITS.nameLength} characters.`,
    );
  if (!areNames(personal, PERSONAL_NAMES, LIMITS.traitNameLength))
    return invalid(
      `"personal" must be a list of at most ${PERSONAL_NAMES} names of 1 to ${LIMITS.traitNameLength} characters.`,
    );
  if (unknownEvents === 'refuse' && knownEvents.length === 0)
    return invalid('Every event would be refused: none has been seen yet, so name them in "knownEvents".');

  const changed = { unknownEvents, knownEvents: [...new Set(knownEvents)], personal: [...new Set(personal)] } as const;
  return { outcome: 'settings', settings: changed };
}

/** Names of the track events that have been seen, as many as a project can know: those seen most. */
export const seenTrackNames = (seen: readonly SeenEvent[]): string[] =>
  seen
    .filter(({ type }) => type === 'track')
    .sort((a, b) => b.count - a.count)
    .slice(0, BOUNDS.names)
    .map(({ name }) => name)
    .sort();

const areNames = (value: unknown, most: number, longest: number): value is readonly string[] =>
  Array.isArray(value) &&
  value.length <= most &&
  value.every((name) => typeof name === 'string' && name !== '' && name.length <= longest && !UNPRINTABLE.test(name));

const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

const invalid = (message: string): ChangedSettings => ({ outcome: 'invalid', message });
