import { z } from '@hono/zod-openapi';
import { keySchema } from '../../../domain/catalog/fields.ts';
import { type Route, route } from '../api/route.ts';
import { howShape, problemsSchema } from '../catalog/catalog.schema.ts';
import type { CatalogDependencies } from '../catalog/catalog.ts';
import { haltJourney } from './halting.ts';

const tag = 'Journeys';
const params = z.object({ key: keySchema });
const how = z.enum(['paused', 'closed', 'stopped']);
const { expect, note } = howShape;

const haltedSchema = z
  .object({
    number: z.int().meta({ description: 'Of the release that says so' }),
    halted: z.object({ how, since: z.iso.datetime() }).nullable().meta({ description: 'null: it is going' }),
    inside: z.int().nullable().meta({ description: 'How many people are inside; null: nobody can tell' }),
    job: z
      .string()
      .nullable()
      .meta({ description: 'Looks at everybody who leaves or goes on by it: GET /api/jobs/{id}' }),
    problems: problemsSchema.meta({ description: 'Warnings' }),
  })
  .meta({ id: 'JourneyHalt' });

const problems = { 404: ['unknown_journey'], 409: ['catalog_moved', 'nothing_to_change'] } as const;

/** Halting journeys and campaigns, and letting them go on: neither is a draft, so neither is published. */
export const journeyRoutes = (dependencies: CatalogDependencies): readonly Route[] => [
  route({
    operationId: 'haltJourney',
    method: 'post',
    path: '/api/journeys/{key}/halt',
    role: 'marketer',
    tag,
    summary: 'Pauses, closes or stops a journey or a campaign',
    description:
      'Nobody enters any more. paused: who is inside stays where she is until it goes on. closed: who is inside goes on to the end. stopped: who is inside leaves.',
    params,
    body: z.strictObject({ how, expect, note }),
    answers: { 200: haltedSchema },
    problems,
    subject: ({ params: { key } }) => `journey/${key}`,
    answer: ({ params: { key }, body, caller }) => haltJourney(dependencies, key, body, { caller }),
  }),
  route({
    operationId: 'resumeJourney',
    method: 'post',
    path: '/api/journeys/{key}/resume',
    role: 'marketer',
    tag,
    summary: 'Lets a halted journey or campaign go on',
    description: 'What became due while it was paused happens now. Who has left by a stop stays out.',
    params,
    body: z.strictObject({ expect, note }),
    answers: { 200: haltedSchema },
    problems,
    subject: ({ params: { key } }) => `journey/${key}`,
    answer: ({ params: { key }, body, caller }) => haltJourney(dependencies, key, body, { caller }),
  }),
];
