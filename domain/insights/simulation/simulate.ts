import { advance } from '../../decisions/advance.ts';
import type { Effect } from '../../decisions/effect.ts';
import type { CompiledJourney } from '../../decisions/journeys/compile.ts';
import { whyNot } from '../../decisions/journeys/enter.ts';
import type { Plan } from '../../decisions/plan.ts';
import { type CustomerEvent, countedName } from '../../events/event.ts';
import type { JsonObject } from '../../json.ts';
import { becameInput, dueInput, eventInput, type Input, triggerInput } from '../../state/input.ts';
import type { Profile } from '../../state/profile.ts';
import type { MessageOutcome } from '../../state/run.ts';
import { idIn, type UserKey } from '../../state/user-key.ts';

/** Something that happens to somebody while a journey is tried on her with the clock in hand. */
export type SimulatedInput =
  /** Time passes until then (ms). */
  | { readonly clock: number }
  | { readonly event: string; readonly properties?: JsonObject | undefined }
  | { readonly identify: JsonObject }
  | { readonly trigger: JsonObject }
  | { readonly message: { readonly step: string; readonly was: MessageOutcome } };

/** One moment in which something happened, or was said to. */
export interface SimulatedMoment {
  readonly at: number;
  /** What came in; undefined: time passed. */
  readonly input: SimulatedInput | undefined;
  readonly effects: readonly Effect[];
  /** Why what came in did not take her into the journey, though it takes people in. */
  readonly notEntered: string | undefined;
  /** Where she is in the journey afterwards. */
  readonly places: readonly SimulatedPlace[];
}

export interface SimulatedPlace {
  readonly step: string;
  readonly until: number;
}

export interface Simulation {
  readonly plan: Plan;
  /** The journey's key. */
  readonly journey: string;
  readonly user: UserKey;
  /** Undefined: nobody knows her yet. */
  readonly profile: Profile | undefined;
  /** When it begins (ms), and until when time passes after the last input. */
  readonly from: number;
  readonly until: number;
  readonly inputs: readonly SimulatedInput[];
}

/** Nobody looks at more; a journey that goes round each hour has as many in a month. */
const MOST_MOMENTS = 1_000;

/**
 * What would happen to somebody, moment by moment, by the very reducer that decides: nothing is written, nothing sent.
 * `isWhole` is false where there was too much of it.
 */
export function simulate(simulation: Simulation): {
  readonly moments: readonly SimulatedMoment[];
  readonly isWhole: boolean;
} {
  const { plan, user, inputs, until } = simulation;
  const journey = plan.journeys.byKey.get(simulation.journey);
  const moments: SimulatedMoment[] = [];
  let { profile, from: now } = simulation;

  const take = (input: Input, shown: SimulatedInput | undefined) => {
    const before = profile;
    const { profile: after, effects, changed } = advance(profile, [input], plan);
    profile = changed ? { ...after, version: after.version + 1 } : after;
    const seen = effects.filter(({ kind }) => kind !== 'wake');
    if (shown === undefined && seen.length === 0) return;
    const notEntered = journey && before && whyNotEntered(before, journey, input, effects, plan);
    moments.push({ at: input.at, input: shown, effects: seen, notEntered, places: placesIn(after, journey) });
  };
  /** Lets her timers fire up to a moment; answers whether there was an end to them. */
  const pass = (to: number): boolean => {
    for (let fired = 0; profile?.dueAt !== undefined && profile.dueAt <= to; fired++) {
      if (fired >= MOST_MOMENTS || moments.length >= MOST_MOMENTS) return false;
      take(dueInput(user, profile.dueAt), undefined);
    }
    return true;
  };

  for (const [n, input] of inputs.entries()) {
    if ('clock' in input) now = Math.max(now, Math.min(input.clock, until));
    if (!pass(now)) return { moments, isWhole: false };
    for (const one of inputsOf(input, n, now, simulation, profile, journey)) take(one, input);
  }
  return { moments, isWhole: pass(until) };
}

function inputsOf(
  input: SimulatedInput,
  n: number,
  at: number,
  { user, journey: key }: Simulation,
  profile: Profile | undefined,
  journey: CompiledJourney | undefined,
): readonly Input[] {
  const id = `simulated-${n}`;
  const base = {
    messageId: id,
    source: 'client',
    sourceId: 'simulation',
    userId: idIn(user),
    time: at,
    receivedAt: at,
  } as const;
  if ('event' in input) {
    const { event: name, properties } = input;
    return [eventInput({ ...base, type: 'track', name, ...(properties && { properties }) })];
  }
  if ('identify' in input) return [eventInput({ ...base, type: 'identify', traits: input.identify })];
  if ('trigger' in input) return [triggerInput(user, id, { at, journey: key, data: input.trigger })];
  if ('message' in input) {
    const { step, was } = input.message;
    const runs = profile?.runs.filter((run) => run.journey === journey?.id) ?? [];
    return runs.map((run) => becameInput(user, { at, run: run.id, step, outcome: was }));
  }
  return [];
}

/** Asked of her as she was before, and of an event only where it is one that takes people in. */
function whyNotEntered(
  before: Profile,
  journey: CompiledJourney,
  input: Input,
  effects: readonly Effect[],
  { journeys }: Plan,
): string | undefined {
  const hasEntered = effects.some(
    (effect) => effect.kind === 'run' && effect.journey === journey.key && effect.entered !== undefined,
  );
  if (hasEntered) return undefined;
  const entrance = { journey, because: '', happened: input.at, known: input.at, key: journey.newest.body.key && '' };
  if (input.kind === 'trigger') {
    const takesPrograms = journey.newest.body.entries.some(({ type }) => type === 'trigger');
    return takesPrograms ? whyNot(before, entrance, input.at) : 'it has no entry for programs';
  }
  if (input.kind !== 'event') return undefined;
  const named = namedBy(input.event, journey);
  if (!named) return undefined;
  const matching = (journeys.entrances.byEvent.get(countedName(input.event) ?? '') ?? []).filter(
    (one) => one.journey.key === journey.key,
  );
  // A journey that takes in nobody is none of the entrances.
  if (matching.length > 0 && !matching.some(({ matches }) => matches === undefined || matches(input.event)))
    return 'the event is not as the entry asks';
  return whyNot(before, entrance, input.at);
}

const namedBy = (event: CustomerEvent, { newest }: CompiledJourney): boolean =>
  newest.body.entries.some((entry) => entry.type === 'event' && entry.event === countedName(event));

const placesIn = (profile: Profile, journey: CompiledJourney | undefined): readonly SimulatedPlace[] =>
  profile.runs.flatMap(({ journey: id, step, until }) =>
    id === journey?.id && step !== undefined ? [{ step, until }] : [],
  );
