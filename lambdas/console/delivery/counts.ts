import { z } from '@hono/zod-openapi';
import type { ReceiptCountsReader } from '../../adapters/receipt-counts.ts';
import { type Done, ok } from '../api/answer.ts';
import type { Shown } from '../api/route.ts';

export const countsSchema = z.object({
  counts: z.array(
    z.object({
      day: z.iso.date(),
      message: z.string().meta({ description: 'The key of the template' }),
      counts: z.record(z.string(), z.int()),
    }),
  ),
});

/** What was told of messages from one day to another, both included; of one template, where one is named. */
export async function countReceipts(
  { receiptCounts }: { readonly receiptCounts: ReceiptCountsReader },
  from: string,
  to: string,
  message: string | undefined,
): Promise<Done<200, Shown<typeof countsSchema>>> {
  // Nothing is between a day and one before it; DynamoDB would refuse to look.
  const counted = from > to ? [] : await receiptCounts.between(from, to);
  return ok({
    counts: counted.filter((one) => message === undefined || one.message === message).map((one) => ({ ...one })),
  });
}
