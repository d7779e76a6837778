import { z } from '@hono/zod-openapi';
import { DEFINITION_TYPES } from '../../../domain/catalog/definition.ts';

/** What the routes of the catalog take and answer, besides the definitions themselves. */

export const tag = 'Catalog';
export const moment = z.iso.datetime();

const key = z.string().regex(/^[a-z][a-z\d-]{0,63}$/, 'a key is up to 64 small letters, digits and hyphens');
const type = z.enum(DEFINITION_TYPES);

export const nameSchema = z.strictObject({ type, key }).meta({ id: 'DefinitionName' });
export const typeParameter = z.object({ type });
export const nameParameters = z.object({ type, key });

/** As it is: drafts may be wrong. `GET /api/catalog/schemas/{type}` says what it should be. */
export const bodySchema = z.unknown().meta({ description: 'As GET /api/catalog/schemas/{type} describes it' });

const problemSchema = z
  .object({
    path: z.string().meta({ description: 'The definition and the way into it: `segments/vip/where/all/1/within`' }),
    message: z.string(),
    severity: z.enum(['error', 'warning']).meta({ description: 'Errors keep it from being published' }),
    code: z.string(),
  })
  .meta({ id: 'DefinitionProblem' });
export const problemsSchema = z.array(problemSchema);

const changesSchema = z
  .object({
    definitions: z.array(z.object({ type, key, change: z.enum(['added', 'changed', 'removed']) })),
    needsReconcile: z.boolean().meta({ description: 'Whether everybody has to be looked at anew' }),
    backfill: z.array(z.int()).meta({ description: 'What has to be counted from the lake, by ids of counters' }),
  })
  .meta({ id: 'CatalogChanges' });

export const definitionDiffSchema = nameSchema
  .extend({
    change: z.enum(['added', 'changed', 'removed']),
    differences: z.array(z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })),
  })
  .meta({ id: 'DefinitionDiff' });

export const countJob = z
  .string()
  .nullable()
  .meta({ description: 'Counts them, where that takes longer than a request may: GET /api/jobs/{id}' });
const movesSchema = z.record(key, z.record(key, key)).meta({
  description:
    'By the key of a journey: whoever goes by an older version goes by the new one, from the step named for hers, or the one of the same id. Who is where no step is any more leaves.',
});

const newVersionSchema = z
  .object({
    journey: z.string(),
    version: z.int(),
    moves: z
      .boolean()
      .meta({ description: 'Whether those inside go by it; else they finish by the version they entered' }),
    inside: z.int().nullable().meta({ description: 'How many people are inside; null: nobody can tell' }),
  })
  .meta({ id: 'NewJourneyVersion' });
export const newVersionsSchema = z.array(newVersionSchema);

const reasons = z.array(z.enum(['audience-above', 'audience-unknown', 'approvals-change']));

/** A publish has happened, or waits for a second person. */
export const outcomeSchema = z
  .discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('published'),
      number: z.int(),
      changes: changesSchema,
      problems: problemsSchema.meta({ description: 'Warnings' }),
      job: z.string().nullable().meta({ description: 'Looks at everybody anew: GET /api/jobs/{id}' }),
      backfillJob: z
        .string()
        .nullable()
        .meta({ description: 'Counts from the lake what came before: GET /api/jobs/{id}' }),
      journeys: newVersionsSchema.meta({ description: 'Those that have a new version by it' }),
    }),
    z.object({
      outcome: z.literal('proposed'),
      proposal: z.string().meta({ description: 'Somebody else has seven days to approve it' }),
      reasons,
      countJob,
      changes: changesSchema,
      problems: problemsSchema,
    }),
  ])
  .meta({ id: 'PublishOutcome' });

export const releaseShape = {
  number: z.int(),
  publishedAt: moment,
  by: z.string(),
  approvedBy: z.string().nullable(),
  note: z.string().nullable(),
  rollbackOf: z.int().nullable().meta({ description: 'The release whose content it is once more' }),
  startJourneys: z.boolean(),
};

export const proposalSchema = z
  .object({
    id: z.string(),
    by: z.string(),
    at: moment,
    reasons,
    items: z.array(nameSchema),
    remove: z.array(nameSchema),
    note: z.string().nullable(),
    rollbackOf: z.int().nullable(),
    startJourneys: z.boolean(),
    moves: movesSchema.nullable(),
    affected: z
      .int()
      .nullable()
      .meta({ description: 'People who would change stage or segment, where it was counted' }),
    countJob,
  })
  .meta({ id: 'PublishProposal' });

const expect = z
  .int()
  .min(0)
  .meta({ description: 'The number of the release you have looked at: if another is live by now, nothing happens' });

/** How something is published. */
export const howShape = {
  expect,
  note: z.string().min(1).max(500).optional(),
  startJourneys: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether who changes stage or segment by this very publish may enter journeys by it' }),
  fill: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether what was received before is counted, too; else counting begins now' }),
  moves: movesSchema
    .refine((moves) => Object.keys(moves).length <= 200, 'at most 200 journeys')
    .refine((moves) => Object.values(moves).every((steps) => Object.keys(steps).length <= 200), 'at most 200 steps')
    .optional(),
};

export const wishShape = {
  remove: z.array(nameSchema).max(3_000).default([]),
  withDependencies: z
    .boolean()
    .default(false)
    .meta({ description: 'Takes along what the items name and only drafts have' }),
};

export const numberParameter = z.object({
  number: z
    .string()
    .regex(/^\d{1,9}$/, 'a number of a release')
    .transform(Number)
    .openapi({ type: 'integer', minimum: 0 }),
});
