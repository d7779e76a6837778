import { z } from 'zod';
import { channelSchema, descriptionSchema, nameSchema } from './fields.ts';

/** What people subscribe to. Its key stands in consent as `email/KEY`, which has 32 characters. */
export const topicSchema = z
  .strictObject({
    name: nameSchema,
    description: descriptionSchema.optional(),
    channels: z.array(channelSchema).min(1).max(7),
    /** Whether somebody who has said nothing is written to; email is assumed and all others are required otherwise. */
    consent: z
      .partialRecord(channelSchema, z.enum(['assumed', 'required']))
      .optional()
      .meta({ description: 'What holds for a person who has said neither yes nor no' }),
    /** A yes counts only after she has confirmed it from her mailbox. */
    doubleOptIn: z.boolean().optional(),
    /** Not shown where people choose what they get. */
    hidden: z.boolean().optional(),
  })
  .meta({ id: 'Topic', description: 'What people agree to hear about' });
export type TopicBody = z.infer<typeof topicSchema>;
