import type { LocalCloud } from '../cloud/cloud.ts';
import { itemSize } from '../cloud/services/dynamodb/item-size.ts';
import { dollarsAMonth } from './prices.ts';

/** What is kept at this moment, in bytes that are billed, and what keeping it costs a month. */
export interface Kept {
  readonly what: string;
  readonly bytes: number;
  readonly usdPerMonth: number;
}

/** DynamoDB bills so much for each item and each index entry beyond what is in it. */
const ITEM_OVERHEAD = 100;

export function keptIn(cloud: LocalCloud): { readonly tables: readonly Kept[]; readonly lake: Kept } {
  const tables = cloud.resources
    .filter(({ type }) => type === 'AWS::DynamoDB::GlobalTable')
    .map(({ ref, logicalId }) => {
      const bytes = tableBytes(cloud, ref);
      // Point-in-time recovery keeps the table a second time.
      const usdPerMonth = dollarsAMonth('dynamodb.bytes', bytes) + dollarsAMonth('dynamodb.backup-bytes', bytes);
      return { what: logicalId.replace(/[0-9A-F]{8}$/, ''), bytes, usdPerMonth };
    });
  const lake = cloud.resources.find(
    ({ type, logicalId }) => type === 'AWS::S3::Bucket' && logicalId.startsWith('Lake'),
  );
  let bytes = 0;
  // Answers to questions are there too, for a day.
  for (const { body } of cloud.services.objects.list(lake?.ref ?? '', 'raw/')) bytes += body.length;
  return { tables, lake: { what: 'Lake', bytes, usdPerMonth: dollarsAMonth('s3.bytes', bytes) } };
}

function tableBytes(cloud: LocalCloud, name: string): number {
  const table = cloud.services.dynamodb.table(name);
  let bytes = 0;
  for (const item of table?.items.values() ?? []) bytes += itemSize(item) + ITEM_OVERHEAD;
  for (const index of table?.indexes ?? [])
    for (const entry of index.entries.exact.values()) bytes += itemSize(entry) + ITEM_OVERHEAD;
  return bytes;
}
