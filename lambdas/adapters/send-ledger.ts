import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { SendRequest } from '../../domain/delivery/send-request.ts';
import { conditionHeld } from './condition.ts';
import type { Claim } from './send-ledger-reader.ts';

/** What became of a message that was claimed. */
export type SendOutcome =
  | { readonly status: 'accepted'; readonly providerId: string }
  /** It will never be sent: the provider does not want it, or there is nobody to send it to. */
  | { readonly status: 'refused' | 'withheld' | 'expired'; readonly reason: string }
  /** Not under this id: the reducer decides it anew. */
  | { readonly status: 'deferred'; readonly reason: string }
  /** It may have been sent: the provider did not answer in time. */
  | { readonly status: 'unknown'; readonly reason: string };

/** A claim in somebody's hands. */
export interface HeldClaim {
  readonly sendId: string;
  /** Who has it: another one in each try. */
  readonly holder: string;
  /** How often somebody had claimed it before, of whom nobody knows whether he sent it. */
  readonly triedBefore?: number;
}

export type Claiming =
  | { readonly outcome: 'claimed'; readonly claim: HeldClaim }
  /** Somebody else was first. His `status` is `claimed` until he has recorded an outcome; `claimedAt` in ms. */
  | ({ readonly outcome: 'taken' } & TakenClaim);

/** A claim that somebody else has taken. */
export interface TakenClaim {
  readonly status: Claim['status'];
  readonly holder: string;
  readonly claimedAt: number;
  /** How often somebody has claimed it to send it. */
  readonly tries: number;
  /** Whether the provider has told something of it: then it has left, whatever its worker knows. */
  readonly isReceived: boolean;
}

/**
 * Who may send what: a message is sent only by whoever claimed it, and a claim is given once. Every write names its
 * holder: an SDK tries again what it got no answer to, and a try that comes late must not undo what somebody else has
 * done meanwhile.
 */
export interface SendLedger {
  claim(request: SendRequest, holder: string, now: number): Promise<Claiming>;
  /**
   * Claims once more what was sent, or may have been, so that it is sent again; undefined when somebody else has been there
   * meanwhile. Only for what may be sent twice.
   */
  claimAgain(sendId: string, taken: TakenClaim, holder: string, now: number): Promise<HeldClaim | undefined>;
  record(claim: HeldClaim, outcome: SendOutcome): Promise<void>;
  /**
   * Gives the claim back, for a message that certainly was not sent by this try. What an earlier one may have sent stays in
   * doubt, and its tries stay counted.
   */
  release(claim: HeldClaim): Promise<void>;
}

/** Longer than any queue keeps a message, so that a late repetition still finds the claim. */
const CLAIMS_KEPT_SECONDS = 30 * 86_400;

/**
 * How long to wait (ms) before what became of a claim is written again, after the SDK's own three tries: seconds of
 * throttling must not leave a message of which nobody knows whether it went. Together shorter than its worker may run.
 */
const WRITE_AGAIN_AFTER = [250, 1_000, 4_000];

/** @param pause waits for so many milliseconds */
export const dynamoSendLedger = (
  client: DynamoDBClient,
  table: string,
  pause: (milliseconds: number) => Promise<void>,
): SendLedger => ({
  async claim({ sendId, user, message, decidedAt, of }, holder, now) {
    const claim = { sendId, holder };
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            sendId: { S: sendId },
            user: { S: user },
            message: { S: message },
            // Receipts know the id only.
            ...(of && { of: { S: JSON.stringify(of) } }),
            status: { S: CLAIMED },
            holder: { S: holder },
            decidedAt: { N: String(decidedAt) },
            claimedAt: { N: String(now) },
            expiresAt: { N: String(Math.ceil(now / 1_000) + CLAIMS_KEPT_SECONDS) },
          },
          ConditionExpression: 'attribute_not_exists(sendId)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { outcome: 'claimed', claim };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const { Item } = error;
      // Our own first try, whose answer was lost.
      if (Item?.holder?.S === holder) return { outcome: 'claimed', claim };
      return {
        outcome: 'taken',
        status: (Item?.status?.S ?? CLAIMED) as Claim['status'],
        holder: Item?.holder?.S ?? '',
        claimedAt: Number(Item?.claimedAt?.N ?? now),
        tries: Number(Item?.tries?.N ?? 1),
        isReceived: Item?.received !== undefined,
      };
    }
  },

  async claimAgain(sendId, taken, holder, now) {
    const update = new UpdateItemCommand({
      TableName: table,
      Key: { sendId: { S: sendId } },
      // Ours is also a first try of this very call, whose answer was lost.
      ConditionExpression: '(holder = :before AND #status = :status) OR holder = :holder',
      UpdateExpression: 'SET holder = :holder, #status = :claimed, claimedAt = :now, tries = :tries REMOVE reason',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':before': { S: taken.holder },
        ':status': { S: taken.status },
        ':holder': { S: holder },
        ':claimed': { S: CLAIMED },
        ':now': { N: String(now) },
        ':tries': { N: String(taken.tries + 1) },
      },
    });
    return (await conditionHeld(client.send(update))) ? { sendId, holder, triedBefore: taken.tries } : undefined;
  },

  async record(claim, outcome) {
    const [attribute, value] =
      outcome.status === 'accepted' ? ['providerId', outcome.providerId] : ['reason', outcome.reason];
    const held = heldBy(claim);
    // A condition that fails: it was recorded by a first try of which nobody heard.
    const update = new UpdateItemCommand({
      TableName: table,
      ...held,
      UpdateExpression: 'SET #status = :status, #attribute = :value',
      ExpressionAttributeNames: { ...held.ExpressionAttributeNames, '#attribute': attribute as string },
      ExpressionAttributeValues: {
        ...held.ExpressionAttributeValues,
        ':status': { S: outcome.status },
        ':value': { S: value as string },
      },
    });
    await stubbornly(() => conditionHeld(client.send(update)), pause);
  },

  async release(claim) {
    const giveBack = () =>
      claim.triedBefore === undefined
        ? client.send(new DeleteItemCommand({ TableName: table, ...heldBy(claim) }))
        : client.send(backInDoubt(table, claim, claim.triedBefore));
    await stubbornly(() => conditionHeld(giveBack()), pause);
  },
});

/** Throws what the last try threw. */
async function stubbornly(
  write: () => Promise<unknown>,
  pause: (milliseconds: number) => Promise<void>,
): Promise<void> {
  for (const wait of WRITE_AGAIN_AFTER) {
    try {
      await write();
      return;
    } catch {
      await pause(wait);
    }
  }
  await write();
}

const CLAIMED = 'claimed';

/** The item of a claim, as long as it is in these hands and nothing has become of it. */
const heldBy = ({ sendId, holder }: HeldClaim) => ({
  Key: { sendId: { S: sendId } },
  ConditionExpression: 'holder = :holder AND #status = :claimed',
  ExpressionAttributeNames: { '#status': 'status' },
  ExpressionAttributeValues: { ':holder': { S: holder }, ':claimed': { S: CLAIMED } },
});

/** What its last try did not send, an earlier one may have: it stands as before that try. */
function backInDoubt(table: string, claim: HeldClaim, triedBefore: number): UpdateItemCommand {
  const held = heldBy(claim);
  return new UpdateItemCommand({
    TableName: table,
    ...held,
    UpdateExpression: 'SET #status = :status, tries = :tries, reason = :reason',
    ExpressionAttributeValues: {
      ...held.ExpressionAttributeValues,
      ':status': { S: 'unknown' },
      ':tries': { N: String(triedBefore) },
      ':reason': { S: 'not sent again' },
    },
  });
}
