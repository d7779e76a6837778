import { z } from '@hono/zod-openapi';
import { HOLDABLE, type Hold } from '../../../domain/delivery/hold.ts';

export const holdSchema = z
  .object({
    what: z.enum(HOLDABLE),
    since: z.iso.datetime(),
    by: z.string().meta({ description: 'The issuer’s id of who held it, or `breaker`' }),
    reason: z.string().meta({ description: 'In words, or what the provider said' }),
  })
  .meta({ id: 'Hold', description: 'Why nothing of a channel, or of one class of it, is sent' });

/** A hold as the admin API shows it. */
export const viewHold = ({ what, since, by, reason }: Hold) => ({
  what,
  since: new Date(since).toISOString(),
  by,
  reason,
});
