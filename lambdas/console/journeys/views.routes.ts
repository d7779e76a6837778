import { z } from '@hono/zod-openapi';
import { keySchema } from '../../../domain/catalog/fields.ts';
import { LIMITS } from '../../../domain/events/limits.ts';
import { type Route, route } from '../api/route.ts';
import {
  countJourney,
  type JourneyCountsDependencies,
  journeyCountsSchema,
  journeyListSchema,
  listJourneys,
} from './counts.ts';
import { type SimulateDependencies, simulateJourney, simulationRequest, simulationSchema } from './simulate.ts';
import { type WhyDependencies, whyOf, whySchema } from './why.ts';

const tag = 'Journeys';

/** What journeys do and have done: nothing here changes anything. */
export const journeyViewRoutes = (
  dependencies: JourneyCountsDependencies & WhyDependencies & SimulateDependencies,
): readonly Route[] => [
  route({
    operationId: 'listJourneys',
    method: 'get',
    path: '/api/journeys',
    role: 'viewer',
    tag,
    summary: 'The journeys and campaigns that are live: how they stand, and how many people are in each',
    answers: { 200: journeyListSchema },
    answer: () => listJourneys(dependencies),
  }),
  route({
    operationId: 'countJourney',
    method: 'get',
    path: '/api/journeys/{key}/counts',
    role: 'viewer',
    tag,
    summary: 'What has happened in a journey, by version, step and variant, as it happens',
    description:
      'A quick look: after trouble a few may be missing or twice. People who were erased or turned out to be one stay counted ' +
      'where they were. Who tries the journey counts nowhere.',
    params: z.object({ key: keySchema }),
    query: z.object({ version: z.coerce.number().int().min(1).optional() }),
    answers: { 200: journeyCountsSchema },
    problems: { 404: ['unknown_journey', 'unknown_version'] },
    answer: ({ params, query }) => countJourney(dependencies, params.key, query.version),
  }),
  route({
    operationId: 'simulateJourney',
    method: 'post',
    path: '/api/journeys/{key}/simulate',
    role: 'viewer',
    tag,
    summary: 'What a journey would do to a person, step by step, with the clock in hand',
    description:
      'Decided by the very rules that decide, from her profile as it is; nothing is written and nothing is sent. A draft is ' +
      'tried as if it were published; what it newly asks of her past is not known yet.',
    changesNothing: true,
    params: z.object({ key: keySchema }),
    body: simulationRequest,
    answers: { 200: simulationSchema },
    problems: {
      400: ['invalid_range'],
      404: ['unknown_journey', 'unknown_user'],
      422: ['invalid_definitions'],
      503: ['newer_profile'],
    },
    answer: ({ params, body }) => simulateJourney(dependencies, params.key, body),
  }),
  route({
    operationId: 'explainJourney',
    method: 'get',
    path: '/api/profiles/{userId}/why',
    role: 'viewer',
    tag,
    summary: 'Why a person got the messages of a journey, or did not: a sentence for each step',
    description:
      'For who never came in, it is asked by the rules that let people in. Ids with a ? in them cannot be asked for.',
    params: z.object({ userId: z.string().max(LIMITS.idLength) }),
    query: z.object({ journey: keySchema }),
    answers: { 200: whySchema },
    problems: { 404: ['unknown_user', 'unknown_journey'], 503: ['newer_profile'] },
    answer: ({ params, query }) => whyOf(dependencies, params.userId, query.journey),
  }),
];
