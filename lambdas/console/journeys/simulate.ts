import { z } from '@hono/zod-openapi';
import { DAY, parseIsoTime } from '../../../domain/calendar.ts';
import { idOf } from '../../../domain/catalog/definition.ts';
import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { choose } from '../../../domain/catalog/releases/choose.ts';
import { compilePlan } from '../../../domain/decisions/plan.ts';
import { LIMITS } from '../../../domain/events/limits.ts';
import { catalogWithDraft } from '../../../domain/insights/simulation/draft-catalog.ts';
import { type SimulatedInput, simulate } from '../../../domain/insights/simulation/simulate.ts';
import { sayHappened } from '../../../domain/insights/simulation/words.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { MESSAGE_OUTCOMES } from '../../../domain/state/run.ts';
import { knownKey } from '../../../domain/state/user-key.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { ProfileReader } from '../../adapters/profile-store.ts';
import { type Answer, ok, type Problem, problem } from '../api/answer.ts';
import type { Shown } from '../api/route.ts';
import { type CatalogDependencies, load } from '../catalog/catalog.ts';
import { refusedFor } from '../catalog/publishing.ts';
import { NEWER_PROFILE } from '../people/profiles.ts';
import { effectSchema } from '../trace/trace-schema.ts';
import { viewEffect } from '../trace/trace-view.ts';
import { journeyIn, unknownJourney } from './counts.ts';

export interface SimulateDependencies {
  readonly catalog: CatalogDependencies;
  readonly readLive: () => Promise<LiveCatalog | undefined>;
  readonly profiles: ProfileReader;
  readonly zone: Zone;
  readonly now: () => number;
}

const moment = z.iso.datetime();
const values = z.record(z.string().max(200), z.unknown()).transform((value) => value as JsonObject);

const inputSchema = z.union([
  z.strictObject({ clock: moment }).meta({ description: 'Time passes until then' }),
  z.strictObject({ event: z.string().min(1).max(200), properties: values.optional() }),
  z.strictObject({ identify: values }).meta({ description: 'She tells traits of hers' }),
  z.strictObject({ trigger: values }).meta({ description: 'A program takes her in, with this data' }),
  z
    .strictObject({ message: z.strictObject({ step: z.string().max(100), was: z.enum(MESSAGE_OUTCOMES) }) })
    .meta({ description: 'What becomes of the message of a step' }),
]);

export const simulationRequest = z.strictObject({
  userId: z
    .string()
    .min(1)
    .max(LIMITS.idLength)
    .optional()
    .meta({ description: 'On whom; somebody made up if left out, of whom `identify` may tell' }),
  definition: z
    .unknown()
    .optional()
    .meta({ description: 'The journey as it would be saved; its draft, or else what is live, if left out' }),
  inputs: z.array(inputSchema).max(100),
  from: moment.optional().meta({ description: 'Now if left out' }),
  until: moment.optional().meta({ description: 'Time passes after the last input until then: 30 days if left out' }),
});
type SimulationRequest = z.output<typeof simulationRequest>;

export const simulationSchema = z
  .object({
    version: z.enum(['live', 'draft']),
    moments: z.array(
      z.object({
        at: moment,
        input: z.int().nullable().meta({ description: 'Which of `inputs` it was, from 0; null: time passed' }),
        says: z.array(z.string()).meta({ description: 'What happened, for people' }),
        effects: z.array(effectSchema),
        places: z
          .array(z.object({ step: z.string(), until: moment.nullable() }))
          .meta({ description: 'Where she is then' }),
      }),
    ),
    whole: z.boolean().meta({ description: 'False where more happened than can be shown' }),
  })
  .meta({ id: 'Simulation', description: 'What would happen, moment by moment: nothing is written, nothing is sent' });

const LONGEST = 400 * DAY;
const USUAL = 30 * DAY;

/** What a journey would do to somebody, with the clock in hand: decided by the very reducer, and then forgotten. */
export async function simulateJourney(
  dependencies: SimulateDependencies,
  key: string,
  request: SimulationRequest,
): Promise<Answer<200, Shown<typeof simulationSchema>>> {
  const { profiles, zone, now } = dependencies;
  const catalog = await catalogOf(dependencies, key, request.definition);
  if ('code' in catalog) return catalog;
  const user = knownKey(request.userId ?? 'somebody');
  const stored = request.userId === undefined ? undefined : await profiles.get(user);
  if (request.userId !== undefined && stored === undefined)
    return problem(404, 'unknown_user', 'Nobody with this user id has been seen.');
  if (stored?.outcome === 'unknown-version') return NEWER_PROFILE;
  const profile = stored?.profile;
  // What was decided of her already stays behind her.
  const from = Math.max(timeOf(request.from) ?? now(), profile?.asOf ?? 0);
  const until = timeOf(request.until) ?? from + USUAL;
  if (until < from || until > from + LONGEST)
    return problem(400, 'invalid_range', 'until is not before from, and at most 400 days after it.');
  const inputs = request.inputs.map(
    (input): SimulatedInput => ('clock' in input ? { clock: timeOf(input.clock) ?? from } : input),
  );
  const plan = compilePlan(catalog.live, zone);
  const hers = profile?.key ?? user;
  const { moments, isWhole } = simulate({ plan, journey: key, user: hers, profile, from, until, inputs });
  return ok({
    version: catalog.version,
    whole: isWhole,
    moments: moments.map((one) => ({
      at: new Date(one.at).toISOString(),
      input: one.input === undefined ? null : inputs.indexOf(one.input),
      says: [...sayHappened(one, zone)],
      effects: one.effects.flatMap((effect, n) =>
        effect.kind === 'wake' ? [] : [viewEffect({ ...effect, id: `simulated_${n}` }, undefined, undefined)],
      ),
      places: one.places.map(({ step, until: end }) => ({
        ...{ step, until: Number.isFinite(end) ? new Date(end).toISOString() : null },
      })),
    })),
  });
}

const timeOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : parseIsoTime(text));

/** What is live, or would be with the journey as it is drafted. */
async function catalogOf(
  { catalog, readLive }: SimulateDependencies,
  key: string,
  body: unknown,
): Promise<{ readonly version: 'live' | 'draft'; readonly live: LiveCatalog } | Problem> {
  const live = await readLive();
  const { live: published, drafts: written, around } = await load(catalog);
  const isNamed = ({ type, key: one }: { readonly type: string; readonly key: string }) =>
    one === key && (type === 'journey' || type === 'campaign');
  const draft = written.find(isNamed);
  if (body === undefined && draft === undefined) {
    if (live === undefined || journeyIn(live, key) === undefined) return unknownJourney(live, key);
    return { version: 'live', live };
  }
  const known = draft ?? published?.definitions.find(isNamed);
  const name = { type: (known?.type ?? 'journey') as 'journey' | 'campaign', key };
  const drafts =
    body === undefined ? written : [...written.filter((one) => idOf(one) !== idOf(name)), { ...name, body }];
  const wish = { items: [name], remove: [], withDependencies: true };
  const { next, chosen, problems } = choose(
    { live: published?.definitions ?? [], drafts },
    wish,
    around,
    catalog.now(),
  );
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 || !chosen.some(isNamed)) return refusedFor(problems);
  return { version: 'draft', live: catalogWithDraft(live, next, key) };
}
