import { z } from '@hono/zod-openapi';
import { addressIn } from '../../../domain/events/address.ts';
import { suppressionName } from '../../adapters/suppression-list.ts';
import { type Route, route } from '../api/route.ts';
import {
  removeSuppression,
  type SuppressionsDependencies,
  showSuppression,
  suppressionSchema,
} from './suppressions.ts';

const tag = 'Suppressions';
const address = z.string().min(1).max(320);

export const suppressionRoutes = (dependencies: SuppressionsDependencies): readonly Route[] => [
  route({
    operationId: 'getSuppression',
    method: 'get',
    path: '/api/suppressions',
    role: 'viewer',
    tag,
    summary: 'Why an address is written to no more, and what was refused there',
    query: z.object({ address }),
    answers: { 200: suppressionSchema },
    problems: { 400: ['invalid_email'] },
    answer: ({ query }) => showSuppression(dependencies, query.address),
  }),
  route({
    operationId: 'removeSuppression',
    method: 'post',
    path: '/api/suppressions/remove',
    role: 'admin',
    tag,
    summary: 'Lets an address be written to again',
    description:
      'For a mailbox that works again, or a mark as spam that was a slip. What was refused there stays refused. SES keeps ' +
      'a list of its own, for the whole account.',
    body: z.strictObject({ address }),
    answers: {
      200: z.object({
        people: z.int().meta({ description: 'How many of those who have it hear of it' }),
        note: z.string().meta({ description: 'What is left to do elsewhere, in words' }),
      }),
    },
    problems: { 400: ['invalid_email'], 409: ['not_suppressed'], 503: ['unavailable'] },
    // By its hash: the audit is kept for longer than people are.
    subject: ({ body }) => `suppression/${suppressionName(addressIn(body.address) ?? '')}`,
    answer: ({ body, id }) => removeSuppression(dependencies, body.address, id),
  }),
];
