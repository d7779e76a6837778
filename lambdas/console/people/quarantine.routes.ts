import { z } from '@hono/zod-openapi';
import { LIMITS } from '../../../domain/events/limits.ts';
import { maskId } from '../../../domain/events/masking.ts';
import { type Route, route } from '../api/route.ts';
import {
  listQuarantine,
  type QuarantineDependencies,
  quarantineListSchema,
  releaseFromQuarantine,
} from './quarantine.ts';

const tag = 'Quarantine';
const id = z.string().min(1).max(LIMITS.idLength);

export const quarantineRoutes = (dependencies: QuarantineDependencies): readonly Route[] => [
  route({
    operationId: 'listQuarantine',
    method: 'get',
    path: '/api/quarantine',
    role: 'viewer',
    tag,
    summary: 'Who sent more than people send: the latest hundred, for a week after it was over',
    answers: { 200: quarantineListSchema },
    answer: () => listQuarantine(dependencies),
  }),
  route({
    operationId: 'releaseFromQuarantine',
    method: 'post',
    path: '/api/quarantine/release',
    role: 'admin',
    tag,
    summary: 'Lets somebody out of quarantine before her time is over',
    description: 'What was left aside meanwhile stays left aside.',
    body: z.union([z.strictObject({ userId: id }), z.strictObject({ anonymousId: id })]),
    answers: { 202: z.object({ id: z.string().meta({ description: 'Of the input that lets her out' }) }) },
    problems: { 404: ['unknown_user'], 409: ['not_quarantined'], 503: ['newer_profile', 'unavailable'] },
    subject: ({ body }) => ('userId' in body ? `user/${maskId(body.userId)}` : `device/${maskId(body.anonymousId)}`),
    answer: ({ body, id: requestId }) => releaseFromQuarantine(dependencies, body, requestId),
  }),
];
