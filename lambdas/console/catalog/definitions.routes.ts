import { z } from '@hono/zod-openapi';
import { idOf } from '../../../domain/catalog/definition.ts';
import { jsonSchemaOf } from '../../../domain/catalog/schemas.ts';
import { ok } from '../api/answer.ts';
import { cursorParameter } from '../api/cursor.ts';
import { type Route, route } from '../api/route.ts';
import {
  bodySchema,
  countJob,
  howShape,
  moment,
  nameParameters,
  nameSchema,
  newVersionsSchema,
  problemsSchema,
  tag,
  typeParameter,
  wishShape,
} from './catalog.schema.ts';
import type { CatalogDependencies } from './catalog.ts';
import { discardDraft, getDefinition, listDefinitions, saveDraft } from './definitions.ts';
import { check } from './publish.ts';
import { exportDefinitions } from './releases.ts';

const draftShape = {
  revision: z.int().meta({ description: 'Rises with each time it is saved' }),
  savedAt: moment,
  by: z.string(),
};
const definition = nameSchema.extend({ body: bodySchema });
const builtIn = z
  .literal(true)
  .optional()
  .meta({ description: 'It comes with Perennial: nothing was published in its place' });

export const definitionRoutes = (dependencies: CatalogDependencies): readonly Route[] => [
  route({
    operationId: 'getDefinitionSchema',
    method: 'get',
    path: '/api/catalog/schemas/{type}',
    role: 'viewer',
    tag,
    summary: 'What a definition of a type may say, as JSON Schema',
    params: typeParameter,
    answers: { 200: z.record(z.string(), z.unknown()) },
    answer: async ({ params: { type } }) => ok({ ...jsonSchemaOf(type) }),
  }),
  route({
    operationId: 'listDefinitions',
    method: 'get',
    path: '/api/catalog/definitions',
    role: 'viewer',
    tag,
    summary: 'Everything that is live or being worked on, without what it says',
    query: typeParameter.partial(),
    answers: {
      200: z.object({
        number: z.int().meta({ description: 'Of the live release; 0: nothing was published' }),
        definitions: z.array(
          nameSchema.extend({
            name: z.string().nullable(),
            live: z.boolean(),
            draft: z.object(draftShape).nullable(),
          }),
        ),
      }),
    },
    answer: ({ query: { type } }) => listDefinitions(dependencies, type),
  }),
  route({
    operationId: 'getDefinition',
    method: 'get',
    path: '/api/catalog/definitions/{type}/{key}',
    role: 'viewer',
    tag,
    summary: 'One definition: what is live and what is being worked on, side by side',
    params: nameParameters,
    answers: {
      200: nameSchema.extend({
        live: z.object({ body: bodySchema, builtIn }).nullable(),
        draft: z.object({ ...draftShape, body: bodySchema }).nullable(),
        problems: problemsSchema.meta({ description: 'Of the draft, were it published with all that it names' }),
      }),
    },
    problems: { 404: ['unknown_definition'] },
    answer: ({ params }) => getDefinition(dependencies, params),
  }),
  route({
    operationId: 'saveDraft',
    method: 'put',
    path: '/api/catalog/drafts/{type}/{key}',
    role: 'marketer',
    tag,
    summary: 'Keeps a draft as it is, right or wrong, and says what is wrong',
    params: nameParameters,
    body: z.strictObject({
      body: bodySchema,
      revision: z.int().min(0).meta({ description: 'The one you have seen; 0: you begin it' }),
    }),
    answers: { 200: z.object({ revision: z.int(), problems: problemsSchema }) },
    problems: { 409: ['draft_changed'], 413: ['definition_too_large'] },
    subject: ({ params }) => idOf(params),
    answer: ({ params, body, caller }) =>
      saveDraft(dependencies, params, { body: body.body ?? null, revision: body.revision }, caller),
  }),
  route({
    operationId: 'discardDraft',
    method: 'post',
    path: '/api/catalog/drafts/{type}/{key}/discard',
    role: 'marketer',
    tag,
    summary: 'Takes a draft away; what is live stays',
    params: nameParameters,
    body: z.strictObject({ revision: z.int().min(1).meta({ description: 'The one you have seen' }) }),
    answers: { 200: z.object({ discarded: z.literal(true) }) },
    problems: { 409: ['draft_changed'] },
    subject: ({ params }) => idOf(params),
    answer: ({ params, body: { revision } }) => discardDraft(dependencies, params, revision),
  }),
  route({
    operationId: 'checkDefinitions',
    method: 'post',
    path: '/api/catalog/check',
    role: 'viewer',
    tag,
    summary: 'Says what is wrong with drafts, or with definitions that are none yet, were they published now',
    description: 'Without items, definitions and remove: all drafts.',
    body: z.strictObject({
      items: z.array(nameSchema).max(3_000).optional(),
      definitions: z.array(definition).max(3_000).optional(),
      ...wishShape,
      moves: howShape.moves,
      count: z.boolean().default(false).meta({
        description:
          'Whether to count whom it would concern: within some seconds, or by a job where there are more or the lake is asked',
      }),
    }),
    answers: {
      200: z.object({
        number: z.int(),
        ready: z.boolean(),
        affected: z.int().nullable().meta({ description: 'People who would change stage or segment, if counted' }),
        countJob,
        problems: problemsSchema,
        items: z.array(nameSchema).meta({ description: 'What would be published, with what was taken along' }),
        journeys: newVersionsSchema.meta({ description: 'Those that would have a new version' }),
      }),
    },
    changesNothing: true,
    problems: { 403: ['role_too_low'] },
    answer: ({ body: { definitions, ...wish }, ...request }) =>
      check(
        dependencies,
        { ...wish, definitions: definitions?.map(({ type, key, body }) => ({ type, key, body })) },
        request,
      ),
  }),
  route({
    operationId: 'exportDefinitions',
    method: 'get',
    path: '/api/catalog/export',
    role: 'viewer',
    tag,
    summary: 'Everything that is live with what it says, page by page',
    query: z.object({
      drafts: z
        .enum(['true', 'false'])
        .optional()
        .meta({ description: 'Drafts in the place of what they would change' }),
      builtIn: z
        .enum(['true', 'false'])
        .optional()
        .meta({ description: 'With what comes with Perennial, where nothing was published in its place' }),
      cursor: cursorParameter(z.object({ number: z.int().min(0), from: z.int().min(0) })),
    }),
    answers: {
      200: z.object({
        number: z.int(),
        definitions: z.array(definition.extend({ builtIn })),
        next: z.string().nullable(),
      }),
    },
    problems: { 404: ['unknown_release'] },
    answer: ({ query: { drafts, builtIn: own, cursor } }) =>
      exportDefinitions(dependencies, { drafts: drafts === 'true', builtIn: own === 'true' }, cursor),
  }),
];
