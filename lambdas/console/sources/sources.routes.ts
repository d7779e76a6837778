import { z } from '@hono/zod-openapi';
import { type Route, route } from '../api/route.ts';
import { recentEventSchema } from './recent-event-schema.ts';
import { listSources, recentOf, type SourcesDependencies } from './sources.ts';

const tag = 'Sources';
const moment = z.iso.datetime();

const sourceSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['client', 'server']),
    identity: z.enum(['open', 'signed']),
    origins: z.array(z.string()),
    activity: z.boolean().meta({ description: 'Whether what it sends is what people do' }),
    eventsPerSecond: z.number().nullable(),
    eventsPerDay: z.number().nullable(),
    keys: z.array(z.object({ hint: z.string(), createdAt: moment, expiresAt: moment.nullable() })),
  })
  .meta({ id: 'Source' });

export const sourceRoutes = (dependencies: SourcesDependencies): readonly Route[] => [
  route({
    operationId: 'listSources',
    method: 'get',
    path: '/api/sources',
    role: 'viewer',
    tag,
    summary: 'The apps and servers that may send events, and which keys they have',
    answers: { 200: z.object({ sources: z.array(sourceSchema) }) },
    answer: () => listSources(dependencies),
  }),
  route({
    operationId: 'listRecentEvents',
    method: 'get',
    path: '/api/sources/{sourceId}/recent',
    role: 'viewer',
    tag,
    summary: 'What a source has sent lately and what became of it, newest first',
    description:
      'The latest 50 accepted and the latest 50 that were not taken, of seven days. Personal values are masked.',
    params: z.object({ sourceId: z.string() }),
    answers: { 200: z.object({ accepted: z.array(recentEventSchema), rejected: z.array(recentEventSchema) }) },
    problems: { 404: ['unknown_source'] },
    answer: ({ params: { sourceId } }) => recentOf(dependencies, sourceId),
  }),
];
