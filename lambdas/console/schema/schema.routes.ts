import { z } from '@hono/zod-openapi';
import { VALUE_TYPES } from '../../../domain/events/tracking-plan/seen-event.ts';
import { type Route, route } from '../api/route.ts';
import { changePlanSettings, forget, type SchemaDependencies, schema } from './schema.ts';

const tag = 'Schema';
const moment = z.iso.datetime();
const names = z.array(z.string());

const propertySchema = z
  .object({
    name: z.string().meta({ description: '`a.b` is nested in `a`, `a[]` stands for the elements of a list' }),
    types: z.partialRecord(z.enum(VALUE_TYPES), z.int()),
    count: z.int(),
    firstSeen: moment,
    lastSeen: moment,
    personal: z.boolean().meta({ description: 'Whether its values are masked wherever they are shown' }),
    values: z.array(z.object({ value: z.string(), count: z.int() })),
    more: z.int(),
  })
  .meta({ id: 'SeenProperty' });

const eventSchema = z
  .object({
    name: z.string(),
    type: z.string(),
    count: z.int(),
    lookedAt: z.int().meta({ description: 'Of how many events the properties were looked at' }),
    firstSeen: moment,
    lastSeen: moment,
    properties: z.array(propertySchema),
    more: z.int(),
  })
  .meta({ id: 'SeenEvent' });

const settingsShape = {
  unknownEvents: z.enum(['accept', 'refuse']).meta({ description: 'Whether events that are not known are taken' }),
  knownEvents: names,
  personal: names.meta({ description: 'Properties and traits whose values are masked' }),
};
const settingsSchema = z.object(settingsShape).meta({ id: 'SchemaSettings' });

export const schemaRoutes = (dependencies: SchemaDependencies): readonly Route[] => [
  route({
    operationId: 'getSchema',
    method: 'get',
    path: '/api/schema',
    role: 'viewer',
    tag,
    summary: 'The tracking plan as it has grown: events, properties, types and values that were seen',
    answers: {
      200: z.object({
        settings: settingsSchema,
        events: z.array(eventSchema),
        traits: z.array(propertySchema),
        groupTraits: z.array(propertySchema),
        more: z.int().meta({ description: 'Events with names beyond the bound, which have no entry' }),
      }),
    },
    answer: () => schema(dependencies),
  }),
  route({
    operationId: 'changeSchemaSettings',
    method: 'put',
    path: '/api/schema/settings',
    role: 'admin',
    tag,
    summary: 'Marks properties as personal, or has unknown events refused',
    description: 'Replaces the fields it names, and answers all of them as they are then.',
    body: z.strictObject(settingsShape).partial(),
    invalidBody: 'invalid_settings',
    answers: { 200: settingsSchema },
    subject: () => 'schema/settings',
    answer: ({ body }) => changePlanSettings(dependencies, body),
  }),
  route({
    operationId: 'forgetSchemaNames',
    method: 'post',
    path: '/api/schema/forget',
    role: 'admin',
    tag,
    summary: 'Forgets names that somebody made up',
    description:
      'Events by the names the plan shows; all traits of people or groups at once. What is sent again comes back.',
    body: z.strictObject({ events: names, traits: z.boolean(), groupTraits: z.boolean() }).partial(),
    invalidBody: 'invalid_names',
    answers: { 200: z.object({ forgotten: z.int() }) },
    subject: () => 'schema/names',
    answer: ({ body }) => forget(dependencies, body),
  }),
];
