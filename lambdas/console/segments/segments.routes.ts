import { z } from '@hono/zod-openapi';
import { expressionSchema } from '../../../domain/catalog/expression.ts';
import { keySchema } from '../../../domain/catalog/fields.ts';
import { cursorParameter, limitParameter } from '../api/cursor.ts';
import { type Route, route } from '../api/route.ts';
import { problemsSchema } from '../catalog/catalog.schema.ts';
import { publisherOf } from '../catalog/publish.ts';
import { type FillDependencies, fillAgain } from './fill.ts';
import { type JobsDependencies, viewJob } from './jobs.ts';
import { viewLifecycle } from './lifecycle.ts';
import { type MembersDependencies, membersOf } from './members.ts';
import { type PreviewDependencies, previewSegment } from './preview.ts';
import { getSegment, listSegments, reconcileAgain, type SegmentsDependencies } from './segments.ts';

export type SegmentRoutesDependencies = Omit<PreviewDependencies, 'problemsOf'> &
  MembersDependencies &
  SegmentsDependencies &
  FillDependencies &
  JobsDependencies;

const tag = 'Segments';
const moment = z.iso.datetime();
const share = z.number().min(0).max(1);
const counts = z.record(z.string(), z.int());
const begun = z.object({ job: z.string().meta({ description: 'How it is getting on: GET /api/jobs/{id}' }) });

export const previewSchema = z
  .object({
    count: z.int().meta({ description: 'How many people are meant' }),
    total: z.int().meta({ description: 'How many people there are; devices nobody logged in on do not count' }),
    exact: z.boolean().meta({ description: 'Whether everybody was asked; else the numbers are estimates' }),
    sample: z.array(z.string()).meta({ description: 'User ids of some who are meant, at most twenty' }),
    overlap: z.object({ segment: z.string(), count: z.int() }).optional(),
    interval: z
      .tuple([z.int(), z.int()])
      .optional()
      .meta({ description: 'Of an estimate: the count is within it in 95 of 100 cases' }),
    asOf: moment,
    lake: z
      .object({ age: z.int().meta({ description: 'Seconds' }) })
      .optional()
      .meta({ description: 'Set where part of the answer comes from the lake: what was received since is not in it' }),
  })
  .meta({ id: 'Preview' });

const jobSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['reconcile', 'count', 'preview', 'backfill', 'enrol']),
    status: z.enum(['running', 'done', 'stopped', 'failed']),
    progress: share,
    startedAt: moment,
    endedAt: moment.optional(),
    reason: z.string().optional().meta({ description: 'Why it was stopped or has failed, in a word for programs' }),
    detail: z.string().optional().meta({ description: 'The reason for people' }),
    result: z
      .union([
        z.object({ preview: previewSchema }),
        z.object({
          changes: z.object({
            people: z.int(),
            unreadable: z.int(),
            differing: z.int().meta({ description: 'Profiles that are written, some for when they are asked again' }),
            changing: z.int().meta({ description: 'People who come to be in another stage or segment' }),
            entering: counts,
            leaving: counts,
            enteringStage: counts,
            leavingStage: counts,
          }),
        }),
        z.object({
          enrolled: z.object({ people: z.int(), enrolled: z.int(), unreadable: z.int() }),
        }),
        z.object({
          filled: z.object({
            people: z.int(),
            missing: z.int().meta({ description: 'To how many of these it could not be brought' }),
          }),
        }),
      ])
      .optional(),
  })
  .meta({ id: 'Job' });

const standing = {
  status: z.enum(['live', 'filling', 'failed', 'reconciling']).meta({
    description:
      'filling: its past is being counted, and it decides nothing yet; failed: it could not be counted, POST /api/segments/fill begins it anew; reconciling: a publish has not reached everybody',
  }),
  progress: share.optional(),
  reason: z.string().optional().meta({ description: 'Why it has failed, in a word for programs' }),
};

const segmentSchema = z
  .object({
    key: z.string(),
    name: z.string().meta({ description: 'What people call it' }),
    ...standing,
    members: z
      .int()
      .optional()
      .meta({ description: 'How many were in it at `countedAt`, when everybody was last looked at' }),
    countedAt: moment.optional(),
  })
  .meta({ id: 'SegmentStatus' });

const segmentDetailSchema = segmentSchema
  .extend({
    where: expressionSchema,
    words: z.string().meta({ description: 'What `where` asks, in words' }),
  })
  .meta({ id: 'PublishedSegment' });

export const warnings = { problems: problemsSchema.optional().meta({ description: 'Warnings' }) };

/** Read by what asks for it, which looks at its size before any schema does. */
const writtenExpression = z.unknown().openapi({ allOf: [{ $ref: '#/components/schemas/Expression' }] });

export const segmentRoutes = (
  dependencies: SegmentRoutesDependencies,
  problemsOf: PreviewDependencies['problemsOf'],
): readonly Route[] => [
  route({
    operationId: 'previewSegment',
    method: 'post',
    path: '/api/segments/preview',
    role: 'marketer',
    tag,
    summary: 'Whom an expression means that was never published',
    description:
      'Everybody is asked for as long as somebody waits; what is not done by then is estimated. With `exact` it goes on, if need be by a job.',
    body: z.strictObject({ where: writtenExpression, exact: z.boolean().optional(), overlap: keySchema.optional() }),
    changesNothing: true,
    answers: { 200: previewSchema.extend(warnings), 202: begun.extend(warnings) },
    problems: { 422: ['invalid_expression', 'unknown_segment'], 503: ['lake_unavailable'] },
    answer: ({ body, id }) => previewSegment({ ...dependencies, problemsOf }, body, id),
  }),
  route({
    operationId: 'listSegments',
    method: 'get',
    path: '/api/segments',
    role: 'viewer',
    tag,
    summary:
      'The published segments: whether they are live, and how many were in them when everybody was last looked at',
    answers: { 200: z.object({ segments: z.array(segmentSchema) }) },
    answer: () => listSegments(dependencies),
  }),
  route({
    operationId: 'getSegment',
    method: 'get',
    path: '/api/segments/{key}',
    role: 'viewer',
    tag,
    summary: 'One published segment, with what it means',
    params: z.object({ key: keySchema }),
    answers: { 200: segmentDetailSchema },
    problems: { 404: ['unknown_segment'] },
    answer: ({ params }) => getSegment(dependencies, params.key),
  }),
  route({
    operationId: 'listSegmentMembers',
    method: 'get',
    path: '/api/segments/{key}/members',
    role: 'viewer',
    tag,
    summary: 'Who is in a segment, page by page',
    description:
      'All profiles are read for it, at most ten megabytes of them for one answer: a page may be short or empty and still have a `next`.',
    params: z.object({ key: keySchema }),
    query: z.object({
      limit: limitParameter(1_000, 100),
      cursor: cursorParameter(z.object({ after: z.string().min(3).max(2_048) })),
    }),
    answers: {
      200: z.object({
        members: z.array(z.object({ userId: z.string(), since: moment })),
        next: z.string().nullable(),
      }),
    },
    problems: { 404: ['unknown_segment'] },
    answer: ({ params, query }) => membersOf(dependencies, params.key, query.limit, query.cursor),
  }),
  route({
    operationId: 'reconcileSegments',
    method: 'post',
    path: '/api/segments/reconcile',
    role: 'approver',
    tag,
    summary: 'Looks at everybody again by what is published',
    description:
      'A publish does so itself. This is for when its jobs are stuck; where everybody was looked at already, they are looked at and counted anew.',
    answers: { 202: begun },
    problems: { 409: ['nothing_published'] },
    subject: () => 'segments',
    answer: ({ id }) => reconcileAgain(dependencies, id),
  }),
  route({
    operationId: 'fillSegments',
    method: 'post',
    path: '/api/segments/fill',
    role: 'approver',
    tag,
    summary: 'Counts the past of segments and stages anew, where that has failed',
    description: 'What is under way is left alone, so it may be asked twice. What was counted counts once.',
    answers: { 202: z.object({ jobs: z.array(z.string()).meta({ description: 'Those that count now' }) }) },
    problems: { 409: ['nothing_published'] },
    subject: () => 'segments',
    answer: ({ caller }) => fillAgain(dependencies, publisherOf(caller)),
  }),
  route({
    operationId: 'getLifecycle',
    method: 'get',
    path: '/api/lifecycle',
    role: 'viewer',
    tag,
    summary: 'The stages that people are in; and how far a lifecycle is that was published and is not in force yet',
    answers: {
      200: z
        .object({
          ...standing,
          stages: z.array(z.string()).meta({ description: 'In their order' }),
          published: z
            .array(z.string())
            .optional()
            .meta({ description: 'The stages of the lifecycle that waits until its past is counted' }),
        })
        .meta({ id: 'LifecycleStatus' }),
    },
    answer: () => viewLifecycle(dependencies),
  }),
  route({
    operationId: 'getJob',
    method: 'get',
    path: '/api/jobs/{id}',
    role: 'viewer',
    tag: 'Jobs',
    summary: 'How something that takes its time is getting on, and what came of it',
    params: z.object({ id: z.string().max(200) }),
    answers: { 200: jobSchema },
    problems: { 404: ['unknown_job'] },
    answer: ({ params }) => viewJob(dependencies, params.id),
  }),
];
