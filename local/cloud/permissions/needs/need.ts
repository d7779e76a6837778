import type { AwsRequest } from '../../service.ts';
import type { Context } from '../condition.ts';

/** One thing that must be allowed for a request to be carried out. */
export interface Need {
  /** As policies name it: `dynamodb:PutItem`. */
  readonly action: string;
  /** An arn; `*` for what AWS knows no resources for. */
  readonly resource: string;
  /** Asked for only when a statement that matters has a condition. */
  readonly context?: () => Context;
}

/** What has to be known of the account to name what a request is about. */
export interface Account {
  readonly region: string;
  readonly id: string;
  /** Name of the partition key of a table, or of an index of it; undefined when there is no such thing. */
  partitionKeyOf(table: string, index?: string): string | undefined;
  /** The workgroup a query of Athena was asked in; undefined when there is no such query. */
  workGroupOf(queryId: string): string | undefined;
  /** The identity SES takes for a sender: her address or the domain that is verified for it. */
  sendingIdentityOf(address: string): string;
}

/** What one operation needs. All of it must be allowed. */
export type NeedsOf = (request: AwsRequest, account: Account) => readonly Need[];

/** The request's JSON, of which only what names a resource is read; what is malformed is the service's to refuse. */
export const inputOf = <Shape>({ input }: AwsRequest): Partial<Shape> => (input ?? {}) as Partial<Shape>;

export const arnOf = ({ region, id }: Pick<Account, 'region' | 'id'>, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${id}:${resource}`;
