import { counterKey } from '../catalog/counter-spec.ts';
import { DEFAULT_LIFECYCLE } from '../catalog/default-lifecycle.ts';
import type { Expression } from '../catalog/expression.ts';
import type { JourneyBody } from '../catalog/journey/journey.ts';
import type { LifecycleBody } from '../catalog/lifecycle.ts';
import type { LiveCatalog, LiveSegment } from '../catalog/live-catalog.ts';
import { awaitedEvents } from '../catalog/walk/awaited-events.ts';
import { expressionsIn } from '../catalog/walk/expressions-in.ts';
import { type ContactRules, compileContactRules } from '../delivery/rules/contact-rules.ts';
import { type Counter, compileCounters } from '../state/counters.ts';
import type { FoldPlan } from '../state/fold.ts';
import { compileSignals } from '../state/signals.ts';
import { UTC, type Zone } from '../zone.ts';
import type { CompileContext } from './expressions/context.ts';
import { counterOf } from './expressions/counter.ts';
import { totalsIn } from './expressions/references.ts';
import { type CompiledJourneys, compileJourneys } from './journeys/compile.ts';
import { type CompiledLifecycle, compileLifecycle } from './lifecycle.ts';
import { BUILT_IN_MESSAGES, type MessageRule } from './messages.ts';
import { type CompiledSegments, compileSegments } from './segments.ts';

/** What the project has decided, in the form in which `advance` asks it. */
export interface Plan extends FoldPlan {
  /** Of the catalog it was compiled from; each publish has the next one. */
  readonly number: number;
  /** The latest catalog that changed what stages and segments mean. */
  readonly redefined: number;
  /** When that was published (ms). */
  readonly publishedAt: number;
  readonly lifecycle: CompiledLifecycle;
  readonly segments: CompiledSegments;
  readonly journeys: CompiledJourneys;
  readonly messages: readonly MessageRule[];
  readonly contactRules: ContactRules;
}

/** A published catalog as a plan. Throws for what publishing refuses: nothing half-understood decides about people. */
export function compilePlan(catalog: LiveCatalog, zone: Zone): Plan {
  const context = contextOf(catalog, zone);
  const lifecycle = catalog.lifecycle ?? DEFAULT_LIFECYCLE;
  return {
    number: catalog.number,
    redefined: catalog.redefined ?? catalog.number,
    publishedAt: catalog.publishedAt,
    zone,
    counters: compileCounters(catalog.counters.map((counter) => counterOf(counter, zone))),
    totals: new Set([
      ...expressionsOf(catalog, lifecycle).flatMap(totalsIn),
      ...bodiesOf(catalog).flatMap((body) => awaitedEvents(body)),
    ]),
    signals: compileSignals(lifecycle.ends ?? DEFAULT_LIFECYCLE.ends ?? []),
    // The one in force while another waits means the segments it asks for as they were.
    lifecycle: compileLifecycle(
      lifecycle,
      catalog.waiting === undefined ? context : contextOf({ ...catalog, segments: catalog.waiting.segments }, zone),
    ),
    segments: compileSegments(catalog.segments, context),
    journeys: compileJourneys(
      {
        ...{ journeys: catalog.journeys, templates: catalog.templates, holdout: catalog.settings?.holdout },
        startsByPublish: catalog.startJourneys,
      },
      context,
    ),
    messages: BUILT_IN_MESSAGES.filter(({ name }) => isSent(name, catalog.settings?.builtInMessages)),
    contactRules: compileContactRules(catalog.settings ?? {}, catalog.topics ?? [], zone),
  };
}

const isSent = (name: string, switches: Readonly<Record<string, boolean | undefined>> = {}): boolean =>
  switches[name] !== false;

/** All that anybody decides by, or will when its past is counted. */
const expressionsOf = (catalog: LiveCatalog, lifecycle: LifecycleBody): Expression[] => {
  const { segments, waiting } = catalog;
  return [
    ...[...segments, ...(waiting?.segments ?? [])].map(({ where }) => where),
    ...[...lifecycle.stages, ...(waiting?.lifecycle.stages ?? [])].map(({ when }) => when),
    ...bodiesOf(catalog).flatMap((body) =>
      expressionsIn({ type: 'journey', key: '', body }, '').map(({ expression }) => expression),
    ),
  ];
};

/** Every version of every journey by which somebody may go. */
const bodiesOf = ({ journeys = [] }: LiveCatalog): readonly JourneyBody[] =>
  journeys.flatMap(({ versions }) => versions.map(({ body }) => body));

/** What expressions of a catalog, and drafts beside it, are compiled with. */
export function contextOf(
  {
    segments,
    counters,
  }: Pick<LiveCatalog, 'counters'> & { readonly segments: readonly Pick<LiveSegment, 'key' | 'where'>[] },
  zone: Zone,
): CompileContext {
  const ids = new Map(counters.map(({ spec, id }) => [counterKey(spec), id]));
  const byKey = new Map<string, Expression>(segments.map(({ key, where }) => [key, where]));
  return { zone, counterId: (spec) => ids.get(counterKey(spec)), segment: (key) => byKey.get(key) };
}

export interface PlanParts {
  readonly number?: number;
  readonly publishedAt?: number;
  readonly redefined?: number;
  readonly zone?: Zone;
  readonly lifecycle?: LifecycleBody;
  readonly segments?: readonly LiveSegment[];
  readonly registered?: LiveCatalog['counters'];
  readonly settings?: LiveCatalog['settings'];
  readonly topics?: LiveCatalog['topics'];
  readonly journeys?: LiveCatalog['journeys'];
  readonly templates?: LiveCatalog['templates'];
  /** Besides those of the catalog. */
  readonly counters?: readonly Counter[];
}

/** A plan of what every project starts with, except for what is given. */
export function planOf({
  number = 0,
  publishedAt = 0,
  redefined = number,
  zone = UTC,
  lifecycle,
  segments = [],
  registered = [],
  settings,
  topics,
  journeys,
  templates,
  counters = [],
}: PlanParts = {}): Plan {
  const catalog = {
    number,
    publishedAt,
    redefined,
    segments,
    counters: registered,
    ...(lifecycle && { lifecycle }),
    ...(settings && { settings }),
    ...(topics && { topics }),
    ...(journeys && { journeys }),
    ...(templates && { templates }),
  };
  const plan = compilePlan(catalog, zone);
  return counters.length === 0
    ? plan
    : { ...plan, counters: compileCounters([...plan.counters.byId.values(), ...counters]) };
}

export const DEFAULT_PLAN: Plan = planOf();
