import { z } from '@hono/zod-openapi';
import { keySchema } from '../../../domain/catalog/fields.ts';
import { LIMITS } from '../../../domain/events/limits.ts';
import { isDeeperThan, type JsonObject, utf8Length } from '../../../domain/json.ts';
import { type Route, route } from '../api/route.ts';
import { type TestRunDependencies, testJourney } from './test-run.ts';

/** Bytes of its JSON, as for POST /v1/trigger. */
const LONGEST_DATA = 16 * 1_024;
const dataSchema = z
  .record(z.string(), z.unknown())
  .transform((data) => data as JsonObject)
  // Before anything walks through it by recursion.
  .refine((data) => !isDeeperThan(data, LIMITS.depth), `nests at most ${LIMITS.depth} levels`)
  .refine((data) => utf8Length(JSON.stringify(data)) <= LONGEST_DATA, `at most ${LONGEST_DATA} bytes`)
  .meta({ description: 'What templates read as `event`' });

export const journeyTestRoutes = (dependencies: TestRunDependencies): readonly Route[] => [
  route({
    operationId: 'testJourney',
    method: 'post',
    path: '/api/journeys/{key}/test',
    role: 'marketer',
    tag: 'Journeys',
    summary: 'Takes people into a journey to try it: waits of a minute at most, real messages marked [TEST]',
    description:
      'By the version that is live. The rules about who may enter, caps and quiet hours do not hold; consent and the suppression list do. It counts nowhere. A draft can be simulated.',
    params: z.object({ key: keySchema }),
    body: z.strictObject({
      users: z.array(z.string().min(1).max(LIMITS.idLength)).min(1).max(10),
      data: dataSchema.optional(),
    }),
    answers: { 202: z.object({ users: z.int().meta({ description: 'How many are taken in' }) }) },
    problems: { 404: ['unknown_journey', 'unknown_user'], 503: ['unavailable'] },
    subject: ({ params: { key } }) => `journey/${key}`,
    answer: ({ params: { key }, body, id }) => testJourney(dependencies, key, body, id),
  }),
];
