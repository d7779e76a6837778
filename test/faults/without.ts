import { encodeProfile } from '../../domain/state/codec.ts';
import type { Interceptor } from '../../local/cloud/endpoint.ts';
import type { Item } from '../../local/cloud/services/dynamodb/attribute-value.ts';
import { storedProfile } from '../../local/stored-profile.ts';

/** What keeps things from being done twice, or over each other. Without any one of them the same seeds must fail. */
export const SAFEGUARDS = ['claim', 'version', 'dedupe', 'slots'] as const;
export type Safeguard = (typeof SAFEGUARDS)[number];

interface Tables {
  readonly profiles: string;
  readonly sends: string;
}

interface PutInput {
  readonly TableName?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: unknown;
  readonly ExpressionAttributeValues?: unknown;
  readonly Item?: Item;
}

/** Takes a safeguard out on the way to the table, so that the product itself needs no switch for it. */
export function without(safeguard: Safeguard, tables: () => Tables): Interceptor {
  const taken: Readonly<Record<Safeguard, (input: PutInput) => PutInput>> = {
    claim: (input) => (input.TableName === tables().sends && !isSlotPut(input) ? unconditional(input) : input),
    slots: (input) => (input.TableName === tables().sends && isSlotPut(input) ? unconditional(input) : input),
    version: (input) => (input.TableName === tables().profiles ? unconditional(input) : input),
    dedupe: (input) => (input.TableName === tables().profiles ? forgetful(input) : input),
  };
  return (request, next) =>
    request.service === 'dynamodb' && request.action === 'PutItem'
      ? next({ ...request, input: taken[safeguard](request.input as PutInput) })
      : next(request);
}

const isSlotPut = ({ Item }: PutInput): boolean => String(Item?.sendId?.S).startsWith('slot#');

const unconditional = ({
  ConditionExpression: _,
  ExpressionAttributeNames: __,
  ExpressionAttributeValues: ___,
  ...input
}: PutInput): PutInput => input;

/** The profile as it would be if it did not remember what it has seen. */
function forgetful(input: PutInput): PutInput {
  const decoded = input.Item && storedProfile(input.Item);
  if (decoded?.outcome !== 'profile') return input;
  const text = encodeProfile({ ...decoded.profile, recent: [] });
  return { ...input, Item: { ...input.Item, profile: { S: text } } };
}
