import { z } from '@hono/zod-openapi';
import { keySchema, localeSchema } from '../../../domain/catalog/fields.ts';
import { LIMITS } from '../../../domain/events/limits.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { type Route, route } from '../api/route.ts';
import { problemsSchema } from '../catalog/catalog.schema.ts';
import { previewTemplate } from './preview.ts';
import { sendTest, type TestDependencies } from './test-send.ts';

const tag = 'Templates';
const given = z.record(z.string().max(200), z.unknown()).transform((value) => value as JsonObject);

const asked = {
  key: keySchema.meta({ description: 'The draft of this template, or else what is live' }),
  body: z.unknown().optional().meta({ description: 'Instead of the draft, as it would be saved' }),
  userId: z
    .string()
    .max(LIMITS.idLength)
    .optional()
    .meta({ description: 'Whom to write to; somebody made up if left out' }),
  locale: localeSchema.optional().meta({ description: 'Another language than hers' }),
  data: given.optional().meta({ description: 'What templates read as `data`' }),
  event: given.optional().meta({ description: 'What templates read as `event`' }),
};

const problems = {
  400: ['wrong_channel'],
  404: ['unknown_definition', 'unknown_user'],
  422: ['invalid_definitions', 'not_rendered'],
};

/** What an email will look like, before anybody gets it. */
export const templateRoutes = (dependencies: TestDependencies): readonly Route[] => [
  route({
    operationId: 'previewTemplate',
    method: 'post',
    path: '/api/templates/preview',
    role: 'viewer',
    tag,
    summary: 'An email as one person would get it',
    description:
      'Snippets and brands are the live ones, and drafts where nothing is live. The links to unsubscribe are made up.',
    changesNothing: true,
    body: z.strictObject(asked),
    answers: {
      200: z
        .object({
          locale: z.string(),
          subject: z.string(),
          preheader: z.string(),
          html: z.string(),
          text: z.string(),
          bytes: z.int().meta({ description: 'Of HTML and text; Gmail cuts HTML beyond 102 KB' }),
          unknown: z.array(z.string()).meta({ description: 'What it prints and this person does not have' }),
          problems: problemsSchema.meta({ description: 'As if it were published now' }),
        })
        .meta({ id: 'EmailPreview' }),
    },
    problems,
    answer: ({ body }) => previewTemplate(dependencies, body),
  }),
  route({
    operationId: 'testTemplate',
    method: 'post',
    path: '/api/templates/test',
    role: 'marketer',
    tag,
    summary: 'Sends an email to an address, marked [TEST]',
    description: 'It counts for nothing, and nobody is told what becomes of it.',
    body: z.strictObject({ ...asked, to: z.string().max(320) }),
    answers: { 200: z.object({ sent: z.literal(true) }) },
    problems: {
      ...problems,
      400: ['wrong_channel', 'invalid_email'],
      409: ['missing_binding', 'not_on_list', 'suppressed_address'],
      502: ['not_sent'],
    },
    subject: ({ body: { key } }) => `template/${key}`,
    answer: ({ body }) => sendTest(dependencies, body),
  }),
];
