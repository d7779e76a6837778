import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { UserKey } from '../../domain/state/user-key.ts';
import { readItem, type Stored } from './profile-store.ts';

/**
 * One of `of` equal parts of everybody. DynamoDB cuts a table by the hashes of its keys, and who somebody is has nothing to
 * do with that: each part is a random sample.
 */
export interface Slice {
  readonly part: number;
  readonly of: number;
}

/** A megabyte of a slice: as a rule, some hundred profiles. */
export interface ScanPage {
  readonly found: readonly (readonly [UserKey, Stored])[];
  /** To go on after; undefined at the slice's end. */
  readonly next: UserKey | undefined;
}

export interface ProfileScan {
  /** Eventually consistent: half a read unit for each 4 KB that lie in the slice. */
  page(slice: Slice, after: UserKey | undefined): Promise<ScanPage>;
}

export const dynamoProfileScan = (client: DynamoDBClient, table: string): ProfileScan => ({
  async page({ part, of }, after) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({
        TableName: table,
        Segment: part,
        TotalSegments: of,
        ...(after !== undefined && { ExclusiveStartKey: { id: { S: after } } }),
      }),
    );
    return {
      found: Items.map((item) => [item.id?.S as UserKey, readItem(item)] as const),
      next: LastEvaluatedKey?.id?.S as UserKey | undefined,
    };
  },
});
