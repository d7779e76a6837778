import { z } from '@hono/zod-openapi';

/** What an event says, its values masked; ids are masked too unless it is traced. */
export const eventShape = {
  type: z.string().optional(),
  name: z.string().optional(),
  messageId: z.string().optional(),
  userId: z.string().nullable().optional(),
  anonymousId: z.string().nullable().optional(),
  previousId: z.string().optional(),
  groupId: z.string().optional(),
  properties: z.unknown().optional(),
  traits: z.unknown().optional(),
  received: z.unknown().optional().meta({ description: 'What was sent, where it was no event at all' }),
  hints: z.array(z.string()).optional().meta({ description: 'What was taken, but probably not as it was meant' }),
};

export const recentEventSchema = z
  .object({
    at: z.iso.datetime().meta({ description: 'When it was received' }),
    outcome: z.enum(['accepted', 'rejected', 'not-applied', 'request-refused']),
    code: z.string().optional().meta({ description: 'Why it was not taken' }),
    message: z.string().optional(),
    ...eventShape,
  })
  .meta({ id: 'RecentEvent' });
