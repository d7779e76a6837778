import { z } from '@hono/zod-openapi';
import { cursorParameter, limitParameter } from '../api/cursor.ts';
import { type Route, route } from '../api/route.ts';
import {
  definitionDiffSchema,
  howShape,
  nameSchema,
  numberParameter,
  outcomeSchema,
  proposalSchema,
  releaseShape,
  tag,
  wishShape,
} from './catalog.schema.ts';
import type { CatalogDependencies } from './catalog.ts';
import { approve, getProposal, listProposals, reject, withdraw } from './proposals.ts';
import { publish, rollback } from './publish.ts';
import { diff, getRelease, listReleases } from './releases.ts';

const refusals = {
  400: ['nothing_to_publish'],
  409: ['catalog_moved'],
  422: ['invalid_definitions'],
} as const;

const number = numberParameter.shape.number;
const proposalParameters = z.object({ id: z.string().max(200) });

export const releaseRoutes = (dependencies: CatalogDependencies): readonly Route[] => [
  route({
    operationId: 'publish',
    method: 'post',
    path: '/api/catalog/publish',
    role: 'marketer',
    tag,
    summary: 'Makes drafts live',
    description:
      'Where more people may enter journeys than one person may decide about, it is kept as a proposal for a second person.',
    body: z.strictObject({ items: z.array(nameSchema).max(3_000).default([]), ...wishShape, ...howShape }),
    answers: { 200: outcomeSchema },
    problems: refusals,
    subject: () => 'catalog',
    answer: (request) => publish(dependencies, request.body, request),
  }),
  route({
    operationId: 'rollback',
    method: 'post',
    path: '/api/catalog/rollback',
    role: 'marketer',
    tag,
    summary: 'Makes live what an earlier release had, under a new number',
    description: 'Bindings, and keys of sources, are no part of releases: they stay as they are.',
    body: z.strictObject({ to: z.int().min(1), ...howShape }),
    answers: { 200: outcomeSchema },
    problems: { ...refusals, 404: ['unknown_release'] },
    subject: ({ body: { to } }) => `release/${to}`,
    answer: (request) => rollback(dependencies, request.body, request),
  }),
  route({
    operationId: 'listReleases',
    method: 'get',
    path: '/api/catalog/releases',
    role: 'viewer',
    tag,
    summary: 'Who published and when: the newest first',
    query: z.object({
      limit: limitParameter(100, 20),
      cursor: cursorParameter(z.object({ before: z.string().regex(/^\d{10}-[\w-]{43}$/) })),
    }),
    answers: {
      200: z.object({
        releases: z.array(z.object({ ...releaseShape, definitions: z.int() }).meta({ id: 'Release' })),
        next: z.string().nullable(),
      }),
    },
    answer: ({ query: { limit, cursor } }) => listReleases(dependencies, limit, cursor?.before),
  }),
  route({
    operationId: 'getRelease',
    method: 'get',
    path: '/api/catalog/releases/{number}',
    role: 'viewer',
    tag,
    summary: 'One release, with the names of all it has',
    params: numberParameter,
    answers: { 200: z.object({ ...releaseShape, items: z.array(nameSchema) }) },
    problems: { 404: ['unknown_release'] },
    answer: ({ params }) => getRelease(dependencies, params.number),
  }),
  route({
    operationId: 'diffReleases',
    method: 'get',
    path: '/api/catalog/diff',
    role: 'viewer',
    tag,
    summary: 'What one release has otherwise than another',
    query: z.object({ from: number, to: number }),
    answers: {
      200: z.object({
        from: z.int(),
        to: z.int(),
        changes: z.array(definitionDiffSchema),
      }),
    },
    problems: { 404: ['unknown_release'] },
    answer: ({ query: { from, to } }) => diff(dependencies, from, to),
  }),
  route({
    operationId: 'listProposals',
    method: 'get',
    path: '/api/catalog/proposals',
    role: 'viewer',
    tag,
    summary: 'What waits for a second person: the newest first',
    answers: { 200: z.object({ proposals: z.array(proposalSchema) }) },
    answer: () => listProposals(dependencies),
  }),
  route({
    operationId: 'getProposal',
    method: 'get',
    path: '/api/catalog/proposals/{id}',
    role: 'viewer',
    tag,
    summary: 'One proposal, with all that it would change: what its second person looks at',
    params: proposalParameters,
    answers: {
      200: proposalSchema
        .extend({
          status: z
            .enum(['open', 'expired', 'published', 'withdrawn', 'rejected'])
            .meta({ description: 'expired: nobody has approved it within seven days' }),
          changes: z
            .array(definitionDiffSchema)
            .meta({ description: 'Held against what was live when it was proposed' }),
        })
        .meta({ id: 'PublishProposalDetail' }),
    },
    problems: { 404: ['unknown_proposal'] },
    answer: ({ params }) => getProposal(dependencies, params.id),
  }),
  route({
    operationId: 'withdrawProposal',
    method: 'post',
    path: '/api/catalog/proposals/{id}/withdraw',
    role: 'marketer',
    tag,
    summary: 'Takes back what one has proposed oneself',
    params: proposalParameters,
    body: z.strictObject({}),
    answers: { 200: z.object({ status: z.literal('withdrawn') }) },
    problems: { 403: ['another_person'], 404: ['unknown_proposal'], 409: ['proposal_closed'] },
    subject: ({ params: { id } }) => `proposal/${id}`,
    answer: ({ params, caller }) => withdraw(dependencies, params.id, caller),
  }),
  route({
    operationId: 'rejectProposal',
    method: 'post',
    path: '/api/catalog/proposals/{id}/reject',
    role: 'approver',
    tag,
    summary: 'Says no to what somebody else has proposed; its drafts stay',
    params: proposalParameters,
    body: z.strictObject({}),
    answers: { 200: z.object({ status: z.literal('rejected') }) },
    problems: { 403: ['same_person'], 404: ['unknown_proposal'], 409: ['proposal_closed'] },
    subject: ({ params: { id } }) => `proposal/${id}`,
    answer: ({ params, caller }) => reject(dependencies, params.id, caller),
  }),
  route({
    operationId: 'approveProposal',
    method: 'post',
    path: '/api/catalog/proposals/{id}/approve',
    role: 'approver',
    tag,
    summary: 'Publishes what somebody else has proposed, as it was then',
    params: proposalParameters,
    body: z.strictObject({ expect: howShape.expect }),
    answers: { 200: outcomeSchema },
    problems: {
      ...refusals,
      403: ['same_person'],
      404: ['unknown_proposal'],
      409: ['catalog_moved', 'proposal_closed', 'proposal_outdated'],
    },
    subject: ({ params: { id } }) => `proposal/${id}`,
    answer: (request) => approve(dependencies, request.params.id, request.body.expect, request),
  }),
];
