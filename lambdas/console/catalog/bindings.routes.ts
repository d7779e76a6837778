import { z } from '@hono/zod-openapi';
import { BINDING_KINDS, BINDINGS } from '../../../domain/catalog/binding.ts';
import { type Route, route } from '../api/route.ts';
import { listBindings, putBinding, removeBinding } from './bindings.ts';
import type { CatalogDependencies } from './catalog.ts';

const tag = 'Bindings';

const parameters = z.object({
  kind: z.enum(BINDING_KINDS),
  key: z.string().regex(/^[a-z][a-z\d-]{0,63}$/, 'a key is up to 64 small letters, digits and hyphens'),
});
const valueSchema: z.ZodType<unknown> = z.union(Object.values(BINDINGS));
/** Described and not checked: the kind in the path says which of them it has to be. */
const writtenValue = z.unknown().openapi({
  anyOf: Object.values(BINDINGS).map((schema) => ({ $ref: `#/components/schemas/${schema.meta()?.id}` })),
});
const bindingSchema = z
  .object({ name: z.string().meta({ description: '`KIND/NAME`: what definitions refer to' }), value: valueSchema })
  .meta({ id: 'Binding' });

export const bindingRoutes = (
  dependencies: Pick<CatalogDependencies, 'bindings' | 'emailDomain' | 'deployment'>,
): readonly Route[] => [
  route({
    operationId: 'listBindings',
    method: 'get',
    path: '/api/catalog/bindings',
    role: 'viewer',
    tag,
    summary: 'What this stage has set up for definitions to name: senders, endpoints, hosts, budgets, code pools',
    answers: { 200: z.object({ bindings: z.array(bindingSchema) }) },
    answer: () => listBindings(dependencies),
  }),
  route({
    operationId: 'putBinding',
    method: 'put',
    path: '/api/catalog/bindings/{kind}/{key}',
    role: 'admin',
    tag,
    summary: 'Sets a binding up on this stage, or in another way',
    description: 'It holds at once: bindings are no part of releases.',
    params: parameters,
    body: z.strictObject({ value: writtenValue }),
    invalidBody: 'invalid_binding',
    answers: { 200: bindingSchema },
    subject: ({ params: { kind, key } }) => `binding/${kind}/${key}`,
    answer: ({ params: { kind, key }, body: { value } }) => putBinding(dependencies, kind, key, value),
  }),
  route({
    operationId: 'removeBinding',
    method: 'post',
    path: '/api/catalog/bindings/{kind}/{key}/remove',
    role: 'admin',
    tag,
    summary: 'Takes a binding away; what names it stays live, and cannot be published anew',
    params: parameters,
    body: z.strictObject({}),
    answers: { 200: z.object({ removed: z.literal(true) }) },
    problems: { 404: ['unknown_binding'] },
    subject: ({ params: { kind, key } }) => `binding/${kind}/${key}`,
    answer: ({ params: { kind, key } }) => removeBinding(dependencies, kind, key),
  }),
];
