import { hashText } from '../../hash.ts';
import { type JsonObject, utf8Length } from '../../json.ts';
import { packRun } from '../../state/codec/runs.ts';
import type { Profile } from '../../state/profile.ts';
import { totalOf } from '../../state/profile.ts';
import type { Run } from '../../state/run.ts';
import { about } from './about.ts';
import { isAmong } from './chance.ts';
import type { CompiledJourney, CompiledJourneys, CompiledVersion } from './compile.ts';
import type { Moment } from './moment.ts';
import type { Sign } from './signs.ts';
import { isTriedEnough } from './tries.ts';

/** Something that takes somebody into a journey, if its rules let it. */
export interface Entrance {
  readonly journey: CompiledJourney;
  /** In words. */
  readonly because: string;
  /** When it happened, by its own time (ms). */
  readonly happened: number;
  /** When it became known (ms): what lies too far behind it takes nobody in. */
  readonly known: number;
  /** What templates read as `event`. */
  readonly properties?: JsonObject | undefined;
  /** The value of the journey's key. */
  readonly key?: string | undefined;
  readonly isTest?: boolean;
  /** She is in it from now on, and comes to its first step then (ms). */
  readonly startsAt?: number | undefined;
  /** A pause that came after it was decided keeps nobody out: she stays at the first step until the journey goes on. */
  readonly outlastsPause?: boolean;
}

/** Why somebody does not come into a journey, in words. */
export type WhyNot =
  | 'the journey is paused'
  | 'the journey takes in nobody any more'
  | 'the journey waits until the past is counted'
  | 'the journey has not begun'
  | 'the journey has ended'
  | 'it came too late'
  | 'the event does not say which one'
  | 'she is in it'
  | 'she was in it, which is for once'
  | 'she was in it too lately'
  | 'she is not among those it is for'
  | 'what it is for has happened'
  | 'she is in too many journeys';

/** In how many journeys somebody can be at once: their runs have to fit into her profile. */
const MOST_RUNS = 20;
/** With those she has left, of which something is on its way. */
const MOST_RUNS_IN_ALL = 50;
const FEW = 5;
/** Together, as they are stored. A profile has 64 KB in all. */
const MOST_BYTES = 24 * 1_024;

const hasRoom = ({ runs, bornAt }: Profile): boolean =>
  // Of a few nobody has to measure how long they are.
  runs.length < FEW ||
  (runs.length < MOST_RUNS_IN_ALL &&
    runs.filter(({ step }) => step !== undefined).length < MOST_RUNS &&
    utf8Length(JSON.stringify(runs.map((run) => packRun(run, (time) => time - bornAt)))) < MOST_BYTES);

/** Whether somebody may come into a journey now (ms), by all its rules. Undefined: yes. */
export function whyNot(
  profile: Profile,
  entrance: Entrance,
  now: number,
  isTest = entrance.isTest,
): WhyNot | undefined {
  const { journey, key, happened, known } = entrance;
  const { newest } = journey;
  if (!hasRoom(profile)) return 'she is in too many journeys';
  const isKeyless = newest.body.key !== undefined && key === undefined;
  if (isKeyless && !isTest) return 'the event does not say which one';
  const again = whyNotAgain(profile, journey, key, now, isTest);
  if (isTest && again !== 'she is in it') return isTriedEnough({ happened }, now) ? 'it came too late' : undefined;
  if (isTest) return again;
  const closed = whyClosed(journey, now, entrance);
  if (closed !== undefined) return closed;
  if (happened < known - newest.lateness) return 'it came too late';
  if (again !== undefined) return again;
  if (newest.who?.(profile, now, now + 1).value === false) return 'she is not among those it is for';
  return hasEnded(profile, newest, key, happened, now) ? 'what it is for has happened' : undefined;
}

function whyClosed(
  { halted, filling, newest }: CompiledJourney,
  now: number,
  { outlastsPause = false }: Entrance,
): WhyNot | undefined {
  if (halted !== undefined && !(halted.how === 'paused' && outlastsPause))
    return halted.how === 'paused' ? 'the journey is paused' : 'the journey takes in nobody any more';
  if (filling) return 'the journey waits until the past is counted';
  if (now < newest.opens) return 'the journey has not begun';
  return now >= newest.closes ? 'the journey has ended' : undefined;
}

function whyNotAgain(
  { runs, pastRuns }: Profile,
  { id, newest }: CompiledJourney,
  key: string | undefined,
  now: number,
  isTest: boolean | undefined,
): WhyNot | undefined {
  const isTested = isTest === true;
  const run = runs.find(
    (one) => one.journey === id && one.key === key && one.step !== undefined && (one.group === 'test') === isTested,
  );
  if (run !== undefined) return 'she is in it';
  const past = pastRuns.find((one) => one.journey === id && one.key === key);
  if (past === undefined) return undefined;
  if (newest.againAfter === Number.POSITIVE_INFINITY) return 'she was in it, which is for once';
  // Two things of one moment take her in once: else journeys that take each other in would never end.
  return now < past.left + newest.againAfter || past.entered >= now ? 'she was in it too lately' : undefined;
}

/**
 * What would take her out at once: a condition that holds already, or an event that came after what takes her in and was
 * known earlier. Of runs by key nobody knows which one that event was about.
 */
function hasEnded(
  profile: Profile,
  { exits, goal }: CompiledVersion,
  key: string | undefined,
  happened: number,
  now: number,
): boolean {
  const signs = goal?.exits === true ? [...exits, goal.sign] : exits;
  return signs.some((sign) =>
    'holds' in sign ? sign.holds(profile, now, now + 1).value : key === undefined && hasCome(sign, profile, happened),
  );
}

/** Whether an event is known to have come after what took her in, though nobody was told of it here. */
export const cameElsewhere = (
  sign: Sign,
  { happened, key }: Run,
  { looksBack, profile }: Pick<Moment, 'looksBack' | 'profile'>,
): boolean => looksBack && key === undefined && hasCome(sign, profile, happened);

/** Whether an event has come after a moment (ms). Of events with a filter, profiles do not know when the last one was. */
export const hasCome = (sign: Sign, profile: Profile, after: number): boolean =>
  'event' in sign && sign.matches === undefined && (totalOf(profile, sign.event)?.last ?? after) > after;

/** The run of somebody who comes in now (ms). @param by id of the input that takes her in */
export function newRun(
  profile: Profile,
  entrance: Entrance,
  now: number,
  by: string,
  { holdout }: CompiledJourneys,
): Run {
  const { journey, key, happened, properties, isTest, startsAt = now } = entrance;
  const { newest, key: name } = journey;
  const isHeldOut =
    isAmong(`${profile.lineage}/${name}/holdout`, newest.body.holdout ?? 0) ||
    isAmong(`${profile.lineage}/holdout`, holdout);
  const group = isTest ? 'test' : isHeldOut ? 'holdout' : undefined;
  return {
    id: hashText(`${profile.lineage}/${name}/${key ?? ''}/${now}/${by}`),
    ...{ journey: journey.id, version: newest.version, key, lineage: undefined },
    ...{ happened: Math.min(happened, now), entered: now, group, about: about(properties) },
    ...{ step: newest.body.start, since: Math.max(now, startsAt), until: Math.max(now, startsAt) },
    // What holds already is nothing that she reaches.
    ...{ left: undefined, reached: holdsAlready(newest, profile, now) ? now : undefined, notes: [] },
  };
}

const holdsAlready = ({ goal }: CompiledVersion, profile: Profile, now: number): boolean =>
  goal !== undefined && 'holds' in goal.sign && goal.sign.holds(profile, now, now + 1).value;
