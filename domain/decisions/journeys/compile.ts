import { DAY, HOUR } from '../../calendar.ts';
import type { JourneyBody } from '../../catalog/journey/journey.ts';
import type { JourneyStep } from '../../catalog/journey/step.ts';
import type { HaltedJourney, JourneyVersion, LiveJourney, LiveTemplate } from '../../catalog/live-catalog.ts';
import { GIVEN_UP_AFTER } from '../../delivery/calls/retries.ts';
import type { Zone } from '../../zone.ts';
import { lengthOf } from '../expressions/comparisons.ts';
import { compileExpression } from '../expressions/compile.ts';
import type { CompileContext } from '../expressions/context.ts';
import type { Predicate } from '../expressions/predicate.ts';
import { type Entrances, entrancesOf } from './entrances.ts';
import { type Sign, signOf, type Written } from './signs.ts';

/** The journeys of a project in the form in which the reducer asks them. */
export interface CompiledJourneys {
  readonly byId: ReadonlyMap<number, CompiledJourney>;
  readonly byKey: ReadonlyMap<string, CompiledJourney>;
  /** What takes people in. */
  readonly entrances: Entrances;
  /** What is known of the templates that journeys write. */
  readonly templates: ReadonlyMap<string, LiveTemplate>;
  /** So many of a hundred get no marketing messages of any journey. */
  readonly holdout: number;
  /** Who is elsewhere by this very publish may enter by it. */
  readonly startsByPublish: boolean;
  readonly zone: Zone;
}

export interface CompiledJourney {
  readonly id: number;
  readonly key: string;
  readonly halted: HaltedJourney | undefined;
  readonly filling: boolean;
  /** The one that people enter. */
  readonly newest: CompiledVersion;
  readonly versions: ReadonlyMap<number, CompiledVersion>;
  /** The last one into which whoever went by an older one was moved. */
  readonly movedTo: CompiledVersion | undefined;
}

/** A journey as it was published once: who is in it goes by the version she entered. */
export interface CompiledVersion {
  readonly version: number;
  readonly body: JourneyBody;
  readonly who: Predicate | undefined;
  /** Milliseconds; `Infinity`: she may come in once only. */
  readonly againAfter: number;
  readonly lateness: number;
  readonly opens: number;
  readonly closes: number;
  readonly exits: readonly Sign[];
  readonly goal: CompiledGoal | undefined;
  readonly steps: ReadonlyMap<string, CompiledStep>;
  readonly moves: JourneyVersion['moves'];
}

export interface CompiledGoal {
  readonly sign: Sign;
  /** Milliseconds after she entered. */
  readonly within: number;
  readonly exits: boolean;
  readonly revenue: string | undefined;
  readonly attribution: 'last-touch' | 'first-touch';
}

export interface CompiledStep {
  readonly id: string;
  readonly step: JourneyStep;
  /** Of a branch or a wait: what shows that each of its ways is hers, in their order; undefined where a message does. */
  readonly signs: readonly (Sign | undefined)[];
  /** Of an offer: what redeems it. */
  readonly redeemedBy: Sign | undefined;
  /**
   * How long (ms) a wait lasts, or lasts at most; how late a message may be; how long an offer is good for; how long a system is
   * asked to take what it is told. 0: of other steps.
   */
  readonly length: number;
}

export interface JourneyParts {
  readonly journeys?: readonly LiveJourney[] | undefined;
  readonly templates?: readonly LiveTemplate[] | undefined;
  readonly holdout?: number | undefined;
  readonly startsByPublish?: boolean | undefined;
}

/** Throws for what publishing refuses. */
export function compileJourneys(
  { journeys = [], templates = [], holdout = 0, startsByPublish = false }: JourneyParts,
  context: CompileContext,
): CompiledJourneys {
  const all = journeys.map((journey) => compileJourney(journey, context));
  return {
    byId: new Map(all.map((journey) => [journey.id, journey])),
    // One that was taken away stands behind another of its key.
    byKey: new Map(all.toReversed().map((journey) => [journey.key, journey])),
    entrances: entrancesOf(all.filter(isOpen), context),
    templates: new Map(templates.map((template) => [template.key, template])),
    ...{ holdout, startsByPublish, zone: context.zone },
  };
}

/** Whether anybody may enter it, by what was published. */
const isOpen = ({ halted, filling }: CompiledJourney): boolean => halted === undefined && !filling;

function compileJourney({ id, key, versions, halted, filling }: LiveJourney, context: CompileContext): CompiledJourney {
  const compiled = versions.map((version) => compileVersion(version, context));
  const newest = compiled.at(-1);
  if (newest === undefined) throw new Error(`The journey ${key} has no version`);
  return {
    ...{ id, key, halted, filling: filling === true, newest },
    versions: new Map(compiled.map((version) => [version.version, version])),
    movedTo: compiled.findLast(({ moves }) => moves !== undefined),
  };
}

const LATENESS = HOUR;

function compileVersion({ version, body, moves }: JourneyVersion, context: CompileContext): CompiledVersion {
  const { who, again = 'never', lateness, lives, exits = [], goal } = body;
  return {
    ...{ version, body, moves },
    who: who && compileExpression(who, context),
    againAfter: again === 'never' ? Number.POSITIVE_INFINITY : again === 'after-exit' ? 0 : lengthOf(again.after),
    lateness: lateness === undefined ? LATENESS : lengthOf(lateness),
    opens: lives?.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(lives.from),
    closes: lives?.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(lives.until),
    exits: exits.map((one) => signOf(one, context)),
    goal: goal && {
      sign: signOf(goal.reached, context),
      within: lengthOf(goal.within),
      exits: goal.exits !== false,
      revenue: goal.revenue,
      attribution: goal.attribution ?? 'last-touch',
    },
    steps: new Map(Object.entries(body.steps).map(([id, step]) => [id, compileStep(id, step, context)])),
  };
}

function compileStep(id: string, step: JourneyStep, context: CompileContext): CompiledStep {
  const ways: readonly object[] = step.type === 'branch' ? step.branches : step.type === 'wait-for' ? step.first : [];
  return {
    ...{ id, step },
    signs: ways.map((way) => ('message' in way ? undefined : signOf(way as Written, context))),
    redeemedBy: step.type === 'offer' ? signOf(step.redeemedBy, context) : undefined,
    length: lengthOfStep(step),
  };
}

/** How late a message may be that does not say (ms). */
export const AT_MOST_LATE = 2 * DAY;

function lengthOfStep(step: JourneyStep): number {
  switch (step.type) {
    case 'wait':
      return lengthOf(step.for);
    case 'wait-for-best-hour':
      return lengthOf(step.within);
    case 'wait-for':
      return lengthOf(step.atMost);
    case 'offer':
      return lengthOf(step.expires);
    case 'message':
      return step.atMostLate === undefined ? AT_MOST_LATE : lengthOf(step.atMostLate);
    case 'webhook':
    case 'handoff':
      return GIVEN_UP_AFTER;
    default:
      return 0;
  }
}
