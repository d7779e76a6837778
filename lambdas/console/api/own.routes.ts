import { z } from '@hono/zod-openapi';
import { ok } from './answer.ts';
import { ROLES } from './roles.ts';
import { type Route, route } from './route.ts';

const tag = 'This API';

const callerSchema = z
  .object({
    subject: z.string().meta({ description: 'The id the token issuer has for her' }),
    name: z.string(),
    role: z.enum(ROLES),
  })
  .meta({ id: 'Caller' });

/** What the API tells of itself. @param document OpenAPI's document of all routes, these too */
export const ownRoutes = (document: () => object): readonly Route[] => [
  route({
    operationId: 'getMe',
    method: 'get',
    path: '/api/me',
    role: 'viewer',
    tag,
    summary: 'Who you are, and what you may do',
    answers: { 200: callerSchema },
    answer: async ({ caller }) => ok(caller),
  }),
  route({
    operationId: 'getOpenApi',
    method: 'get',
    path: '/api/openapi.json',
    role: 'viewer',
    tag,
    summary: 'This document',
    description: '`x-role` of an operation is the least role that may use it.',
    answers: { 200: z.record(z.string(), z.unknown()) },
    answer: async () => ok({ ...document() }),
  }),
];
