import { z } from '@hono/zod-openapi';
import { keySchema } from '../../../domain/catalog/fields.ts';
import { CONFLICTS } from '../../../domain/insights/campaign-review/conflicts.ts';
import { type Route, route } from '../api/route.ts';
import { previewSchema, warnings } from '../segments/segments.routes.ts';
import { type ReviewDependencies, reviewCampaign } from './review.ts';
import { type CampaignRunsDependencies, campaignRuns, cancelCampaign } from './runs.ts';

export type CampaignRoutesDependencies = CampaignRunsDependencies & ReviewDependencies;

const tag = 'Campaigns';
const params = z.object({ key: keySchema });

const runsSchema = z
  .object({
    runs: z.array(
      z.object({
        occurrence: z.string().meta({ description: 'Its day and time of day: 2026-11-30T0900' }),
        job: z.string().meta({ description: 'GET /api/jobs/{id}' }),
        status: z.enum(['running', 'done', 'stopped', 'failed']),
        reason: z.string().optional().meta({ description: 'Why it was stopped or has failed, in a word for programs' }),
        progress: z.number().min(0).max(1).meta({ description: 'How much of everybody was gone through, by slices' }),
        people: z.int().meta({ description: 'How many people were looked at so far' }),
        enrolled: z.int().meta({ description: 'How many of them it was for' }),
        startedAt: z.iso.datetime(),
        endedAt: z.iso.datetime().optional(),
      }),
    ),
  })
  .meta({ id: 'CampaignRuns' });

const usd = z.number().min(0);

const reviewSchema = z
  .object({
    version: z.enum(['live', 'draft', 'given']).meta({ description: 'Which one was looked at' }),
    next: z.iso.datetime().nullable().meta({ description: 'When it comes by the project’s clock; null: never again' }),
    people: previewSchema.meta({ description: 'Whom it is for who can be reached by email and lets it come' }),
    emails: z.int().meta({ description: 'How many they get: those who are held out get none' }),
    cost: z
      .object({ usd, ses: usd, own: usd.meta({ description: 'What the deployment itself takes for it' }) })
      .meta({ description: 'Of one time, in US dollars, at list prices' }),
    sending: z
      .object({
        perSecond: z.number().meta({ description: 'Of SES, for all classes; campaigns take four fifths of it' }),
        perDay: z.number().nullable().meta({ description: 'In any 24 hours; null: no limit' }),
        sentInLastDay: z.number(),
        seconds: z.number().optional().meta({ description: 'What it takes if nothing else is sent' }),
      })
      .optional()
      .meta({ description: 'Missing where SES does not answer' }),
    says: z.array(z.string()).meta({ description: 'Cost and time, for people' }),
    conflicts: z.array(z.object({ code: z.enum(CONFLICTS), detail: z.string() })),
    ...warnings,
  })
  .meta({ id: 'CampaignReview' });

/** Reviews of campaigns, and what scheduled journeys and campaigns have begun. Halting one is the journeys' own route. */
export const campaignRoutes = (dependencies: CampaignRoutesDependencies): readonly Route[] => [
  route({
    operationId: 'reviewCampaign',
    method: 'post',
    path: '/api/campaigns/{key}/review',
    role: 'marketer',
    tag,
    summary:
      'What a campaign would come to now: how many people, what it costs, how long it takes, what stands against it',
    description:
      'Of the definition that is given, else its draft, else what is live. People are counted as a preview of a segment counts them: with `exact` if need be by a job, with whose id the review is asked for again.',
    params,
    body: z.strictObject({
      definition: z.unknown().optional().meta({ description: 'The campaign as it would be saved' }),
      exact: z.boolean().optional(),
      job: z.string().min(1).max(200).optional().meta({ description: 'The job that an earlier answer named' }),
    }),
    changesNothing: true,
    answers: { 200: reviewSchema, 202: z.object({ job: z.string(), ...warnings }) },
    problems: {
      404: ['unknown_campaign', 'unknown_job'],
      409: ['job_ended'],
      422: ['invalid_definitions', 'invalid_expression', 'unknown_segment'],
      503: ['lake_unavailable'],
    },
    answer: ({ params: { key }, body, id }) => reviewCampaign(dependencies, key, body, id),
  }),
  route({
    operationId: 'listCampaignRuns',
    method: 'get',
    path: '/api/campaigns/{key}/runs',
    role: 'viewer',
    tag,
    summary: 'What a campaign, or a journey with a schedule, has begun within a month: how far it is, the latest first',
    params,
    answers: { 200: runsSchema },
    problems: { 404: ['unknown_campaign'] },
    answer: ({ params: { key } }) => campaignRuns(dependencies, key),
  }),
  route({
    operationId: 'cancelCampaign',
    method: 'post',
    path: '/api/campaigns/{key}/cancel',
    role: 'marketer',
    tag,
    summary: 'Ends the enrolment that is at work',
    description:
      'Who is not enrolled yet gets nothing; who is goes on. POST /api/journeys/{key}/halt with `stopped` takes them out, too.',
    params,
    answers: { 200: runsSchema },
    problems: { 404: ['unknown_campaign'], 409: ['nothing_running'] },
    subject: ({ params: { key } }) => `campaign/${key}`,
    answer: ({ params: { key } }) => cancelCampaign(dependencies, key),
  }),
];
