import { z } from '@hono/zod-openapi';
import { LIMITS } from '../../../domain/events/limits.ts';
import { cursorParameter, limitParameter } from '../api/cursor.ts';
import { type Route, route } from '../api/route.ts';
import { effectSchema } from '../trace/trace-schema.ts';
import { profileListSchema, profileSchema } from './profile-schema.ts';
import { findProfiles, type ProfilesDependencies, profileOfUser } from './profiles.ts';
import { type TimelineDependencies, timelineOf } from './timeline.ts';

const tag = 'People';
/** No source can send a longer one. */
const id = z.string().max(LIMITS.idLength);

export const profileRoutes = (dependencies: ProfilesDependencies & TimelineDependencies): readonly Route[] => [
  route({
    operationId: 'getProfile',
    method: 'get',
    path: '/api/profiles/{userId}',
    role: 'viewer',
    tag,
    summary: 'One person by her user id',
    description: 'Ids with a ? in them are asked for with ?userId=.',
    params: z.object({ userId: id }),
    answers: { 200: profileSchema },
    problems: { 404: ['unknown_user'], 503: ['newer_profile'] },
    answer: ({ params: { userId } }) => profileOfUser(dependencies, userId),
  }),
  route({
    operationId: 'getTimeline',
    method: 'get',
    path: '/api/profiles/{userId}/timeline',
    role: 'viewer',
    tag,
    summary: 'What was decided about a person, what was sent to her or withheld, and why: the newest first',
    description: 'Of the last 90 days. Ids with a ? in them cannot be asked for.',
    params: z.object({ userId: id }),
    query: z.object({
      limit: limitParameter(100, 50),
      cursor: cursorParameter(z.object({ before: z.string().max(400) })),
    }),
    answers: { 200: z.object({ effects: z.array(effectSchema), next: z.string().nullable() }) },
    problems: { 404: ['unknown_user'] },
    answer: ({ params: { userId }, query: { limit, cursor } }) => timelineOf(dependencies, userId, limit, cursor),
  }),
  route({
    operationId: 'findProfiles',
    method: 'get',
    path: '/api/profiles',
    role: 'viewer',
    tag,
    summary: 'One person or device by an id of hers, or everybody who has an address or number',
    description: 'Ask by exactly one of them.',
    query: z.object({
      userId: id.optional(),
      anonymousId: id.optional(),
      email: z.string().optional(),
      phone: z.string().optional().meta({ description: 'With its country; + is written %2B' }),
    }),
    answers: { 200: z.union([profileSchema, profileListSchema]) },
    problems: {
      400: ['invalid_email', 'invalid_phone'],
      404: ['unknown_user'],
      503: ['newer_profile'],
    },
    answer: ({ query }) => findProfiles(dependencies, query),
  }),
];
