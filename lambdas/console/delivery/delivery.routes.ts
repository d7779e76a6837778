import { z } from '@hono/zod-openapi';
import { HOLDABLE } from '../../../domain/delivery/hold.ts';
import { type Route, route } from '../api/route.ts';
import { countReceipts, countsSchema } from './counts.ts';
import {
  type DeliveryDependencies,
  deliverySchema,
  heldSchema,
  holdDelivery,
  resumeDelivery,
  showDelivery,
} from './delivery.ts';

const tag = 'Delivery';
const what = z.enum(HOLDABLE).meta({ description: 'All of a channel, or one class of it' });

const day = z.iso.date().meta({ description: 'In UTC: `2026-03-02`' });

export const deliveryRoutes = (dependencies: DeliveryDependencies): readonly Route[] => [
  route({
    operationId: 'countReceipts',
    method: 'get',
    path: '/api/delivery/counts',
    role: 'viewer',
    tag,
    summary: 'What became of messages, by day and template: delivered, bounced, clicked …',
    description:
      'A quick look: after trouble a few may be missing or twice. The lake knows exactly. Kept for ninety days. What machines ' +
      'looked at is counted apart, as `clicked-by-machine`.',
    query: z.object({ from: day, to: day, message: z.string().max(64).optional() }),
    answers: { 200: countsSchema },
    answer: ({ query: { from, to, message } }) => countReceipts(dependencies, from, to, message),
  }),
  route({
    operationId: 'showDelivery',
    method: 'get',
    path: '/api/delivery',
    role: 'viewer',
    tag,
    summary: 'What is sent now, and what is held, since when, by whom and why',
    answers: { 200: deliverySchema },
    answer: () => showDelivery(dependencies),
  }),
  route({
    operationId: 'holdDelivery',
    method: 'post',
    path: '/api/delivery/hold',
    role: 'marketer',
    tag,
    summary: 'The emergency stop: within ten seconds nothing of it leaves any more',
    description:
      'Nothing is lost: messages wait until somebody resumes, as far as they are not too late by then. Marketing alone, ' +
      'unless it says otherwise: receipts and passwords go on.',
    body: z.strictObject({
      what: what.default('email/marketing'),
      reason: z.string().trim().min(1).max(200).meta({ description: 'For those who find it held' }),
    }),
    answers: { 200: heldSchema },
    problems: { 409: ['held_already'] },
    subject: ({ body }) => `delivery/${body.what}`,
    answer: ({ body, caller }) => holdDelivery(dependencies, body.what, caller.subject, body.reason),
  }),
  route({
    operationId: 'resumeDelivery',
    method: 'post',
    path: '/api/delivery/resume',
    role: 'approver',
    tag,
    summary: 'Lets go on what was held, by a person or because the provider refused the account',
    description: 'What waits leaves within 15 minutes.',
    body: z.strictObject({ what }),
    answers: { 200: z.object({ resumed: z.literal(true) }) },
    problems: { 409: ['not_held'] },
    subject: ({ body }) => `delivery/${body.what}`,
    answer: ({ body }) => resumeDelivery(dependencies, body.what),
  }),
];
