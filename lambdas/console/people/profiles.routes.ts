import { z } from '@hono/zod-openapi';
import { LIMITS } from '../../../domain/events/limits.ts';
import { type Route, route } from '../api/route.ts';
import { profileListSchema, profileSchema } from './profile-schema.ts';
import { findProfiles, type ProfilesDependencies, profileOfUser } from './profiles.ts';

const tag = 'People';
/** No source can send a longer one. */
const id = z.string().max(LIMITS.idLength);

export const profileRoutes = (dependencies: ProfilesDependencies): readonly Route[] => [
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
