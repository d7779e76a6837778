import { type JourneyBody, journeySchema } from '../../domain/catalog/journey/journey.ts';
import type { LiveJourney, LiveTemplate, RegisteredCounter } from '../../domain/catalog/live-catalog.ts';
import { askedCounters } from '../../domain/catalog/releases/registry.ts';
import type { Effect, GoalEffect, MessageEffect, RunEffect, WithheldEffect } from '../../domain/decisions/effect.ts';
import { type Plan, type PlanParts, planOf } from '../../domain/decisions/plan.ts';
import type { Profile } from '../../domain/state/profile.ts';

/** A journey as somebody writes it: its schema takes it, or the test fails. */
export const journeyOf = (body: object): JourneyBody => journeySchema.parse({ name: 'A journey', ...body });

/** A live journey of one version, published by release 1. */
export const liveJourney = (key: string, body: object, parts: Partial<LiveJourney> = {}): LiveJourney => ({
  ...{ id: 1, key, versions: [{ version: 1, body: journeyOf(body) }] },
  ...parts,
});

/** Without the built-in messages, which would be in the way. */
const QUIET = { builtInMessages: { welcome: false, 'we-miss-you': false } } as const;

/** A plan with some journeys, all that they ask profiles to count, and the templates they write. */
export function planWithJourneys(
  journeys: Readonly<Record<string, object>> | readonly LiveJourney[],
  { settings, ...parts }: PlanParts = {},
): Plan {
  const live = Array.isArray(journeys)
    ? (journeys as readonly LiveJourney[])
    : Object.entries(journeys).map(([key, body], n) => liveJourney(key, body, { id: n + 1 }));
  const bodies = live.flatMap(({ key, versions }) =>
    versions.map(({ body }) => ({ type: 'journey', key, body }) as const),
  );
  const segments = (parts.segments ?? []).map(({ key, where }) => ({
    ...{ type: 'segment' as const, key, body: { name: key, where } },
  }));
  const registered = askedCounters([...segments, ...bodies]).map(
    (spec, n): RegisteredCounter => ({ id: n + 1, spec, countsFrom: 0 }),
  );
  const templates = [...new Set(bodies.flatMap(({ body }) => templatesIn(body)))].map(
    (key): LiveTemplate => ({ key, channel: 'email' }),
  );
  return planOf({ number: 1, registered, templates, ...parts, journeys: live, settings: { ...QUIET, ...settings } });
}

const templatesIn = ({ steps }: JourneyBody): readonly string[] =>
  Object.values(steps).flatMap((step) => (step.type === 'message' ? step.send.map(({ template }) => template) : []));

/** A step that writes an email. */
export const mail = (template: string, next: string, more: object = {}) => ({
  ...{ type: 'message', send: [{ channel: 'email', template }], next },
  ...more,
});

const ofKind = <Kind extends Effect['kind']>(effects: readonly Effect[], kind: Kind) =>
  effects.filter((effect): effect is Extract<Effect, { kind: Kind }> => effect.kind === kind);

type WithEffects = { readonly effects: readonly Effect[] };
export const runsOf = ({ effects }: WithEffects): RunEffect[] => ofKind(effects, 'run');
export const goalsOf = ({ effects }: WithEffects): GoalEffect[] => ofKind(effects, 'goal');
export const mailsOf = ({ effects }: WithEffects): MessageEffect[] => ofKind(effects, 'message');
export const heldBackOf = ({ effects }: WithEffects): WithheldEffect[] => ofKind(effects, 'withheld');

/**
 * What happened to her in one journey, in order: `in`, each step she went on from as `step` or `step/way`, `out: why`. For
 * two who are in the journey at once, give the run's id.
 */
export const storyOf = (person: WithEffects, journey: string, id?: string): string[] =>
  runsOf(person)
    .filter((effect) => effect.journey === journey && (id === undefined || effect.run === id))
    .flatMap(({ entered, passed, left }) => [
      ...(entered === undefined ? [] : ['in']),
      ...passed.map(([step, way]) => (way === undefined ? step : `${step}/${way}`)),
      ...(left === undefined ? [] : [`out: ${left}`]),
    ]);

/** When she came into a journey (ms), each time. */
export const entriesOf = (person: WithEffects, journey: string): number[] =>
  runsOf(person).flatMap(({ journey: key, entered, at }) => (key === journey && entered !== undefined ? [at] : []));

/** Where she is: the step of each run she is in, in the order in which she entered. */
export const placesOf = ({ profile }: { readonly profile: Profile | undefined }): string[] =>
  (profile?.runs ?? []).flatMap(({ step }) => (step === undefined ? [] : [step]));
