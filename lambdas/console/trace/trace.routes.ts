import { z } from '@hono/zod-openapi';
import { type Route, route } from '../api/route.ts';
import { type TraceDependencies, trace } from './trace.ts';
import { traceSchema } from './trace-schema.ts';

const tag = 'Trace';

const range = {
  from: z.string().optional().meta({ description: 'ISO 8601; with `to`, when the event reached the lake' }),
  to: z.string().optional().meta({ description: 'At most 7 days later' }),
};

const found = {
  role: 'viewer',
  tag,
  answers: { 200: traceSchema },
  problems: { 400: ['invalid_id', 'invalid_range'], 404: ['unknown_id'] },
} as const;

export const traceRoutes = (dependencies: TraceDependencies): readonly Route[] => [
  route({
    ...found,
    operationId: 'trace',
    method: 'get',
    path: '/api/trace/{id}',
    summary: 'What became of an event, or where a message came from',
    description: 'By the id of a send, of a provider or of an event.',
    params: z.object({ id: z.string() }),
    query: z.object(range),
    answer: ({ params, query }) => trace(dependencies, { ...query, ...params }),
  }),
  route({
    ...found,
    operationId: 'traceByQuery',
    method: 'get',
    path: '/api/trace',
    summary: 'The same for ids with a ? in them',
    query: z.object({ id: z.string().optional(), ...range }),
    answer: ({ query }) => trace(dependencies, query),
  }),
];
