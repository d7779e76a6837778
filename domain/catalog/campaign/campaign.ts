import { z } from 'zod';
import { expressionSchema } from '../expression.ts';
import { descriptionSchema, nameSchema, percentSchema, whoseZoneSchema } from '../fields.ts';
import { everySchema, onceSchema, perMinuteSchema } from '../journey/entry.ts';
import { goalSchema } from '../journey/journey.ts';
import { atMostLateSchema, prioritySchema, sendSchema, templateDataSchema } from '../journey/step.ts';
import { below } from '../problems/problem.ts';

const messageSchema = z.strictObject({ send: sendSchema, data: templateDataSchema.optional() });
export type CampaignMessage = z.infer<typeof messageSchema>;

const variantSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z\d-]{0,39}$/, 'a variant is up to 40 small letters, digits and hyphens')
    .meta({ description: 'Short enough to be part of a step’s id' }),
  percent: percentSchema,
  message: messageSchema,
});

/** One message, or the better of several, to all whom it is for when its time has come: a journey of one step. */
export const campaignSchema = z
  .strictObject({
    name: nameSchema,
    description: descriptionSchema.optional(),
    who: expressionSchema.meta({ description: 'Who gets it: all that it holds for when the time comes' }),
    once: onceSchema.optional().meta({ description: 'On one day, or `every` so often' }),
    every: everySchema.optional().meta({ description: 'Again and again, or `once`' }),
    zone: whoseZoneSchema.optional(),
    perMinute: perMinuteSchema.optional(),
    message: messageSchema.optional().meta({ description: 'What they get, or `variants` of it' }),
    variants: z
      .array(variantSchema)
      .min(2)
      .max(20)
      .optional()
      .meta({ description: 'By chance, the same for the same person; they add up to a hundred' }),
    holdout: percentSchema
      .max(50, 'at most half')
      .optional()
      .meta({ description: 'So many of a hundred get nothing, so that its effect can be told' }),
    goal: goalSchema.optional(),
    priority: prioritySchema.optional(),
    atMostLate: atMostLateSchema.optional(),
  })
  .refine(({ once, every }) => (once === undefined) !== (every === undefined), 'say one of once and every')
  .refine(
    ({ message, variants }) => (message === undefined) !== (variants === undefined),
    'say one of message and variants',
  )
  .meta({ id: 'Campaign', description: 'One message to all whom it is for, once or every so often' });
export type CampaignBody = z.infer<typeof campaignSchema>;

/** All that it may send, each with where it stands below the campaign. */
export const messagesIn = ({
  message,
  variants = [],
}: CampaignBody): readonly { readonly message: CampaignMessage; readonly path: string }[] =>
  message === undefined
    ? variants.map((variant, i) => ({ message: variant.message, path: below('', 'variants', i, 'message') }))
    : [{ message, path: below('', 'message') }];
