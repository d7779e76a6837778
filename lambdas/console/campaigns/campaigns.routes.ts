import { z } from '@hono/zod-openapi';
import { keySchema } from '../../../domain/catalog/fields.ts';
import { type Route, route } from '../api/route.ts';
import { type CampaignRunsDependencies, campaignRuns, cancelCampaign } from './runs.ts';

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

/** What scheduled journeys and campaigns have begun. Halting one is the journeys' own route. */
export const campaignRoutes = (dependencies: CampaignRunsDependencies): readonly Route[] => [
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
