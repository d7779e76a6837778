import type { Interceptor } from '../../local/cloud/endpoint.ts';
import type { BefallenCall } from '../../local/cloud/faults/faults.ts';
import type { AwsRequest } from '../../local/cloud/service.ts';
import { isClaim } from './outcome.ts';

/**
 * Which messages nobody may know the end of: those that something went wrong with between the claim and the recorded
 * outcome. No other message may be left without an outcome.
 */
export class SendsInDoubt {
  readonly #befallen = new Set<string>();
  /** Claimed, and not yet recorded or given back: by which invocation, told by its trace header. */
  readonly #open = new Map<string, string>();
  /** Invocations that were killed. A claim of theirs may have been on its way then, and be made afterwards. */
  readonly #killed = new Set<string>();
  readonly #sendsTable: () => string;

  /** @param sendsTable the table of claims, by its physical name; asked once a call comes */
  constructor(sendsTable: () => string) {
    this.#sendsTable = sendsTable;
  }

  /** By send id. */
  get ids(): ReadonlySet<string> {
    const ofKilled = [...this.#open].filter(([, invocation]) => this.#killed.has(invocation)).map(([id]) => id);
    return new Set([...this.#befallen, ...ofKilled]);
  }

  /** Belongs behind the faults: it sees what is really done. */
  readonly interceptor: Interceptor = async (request, next) => {
    const answer = await next(request);
    const id = this.#sendOf(request);
    if (id === undefined || answer.status !== 200 || request.service !== 'dynamodb') return answer;
    if (isClaiming(request)) this.#claimed(id, invocationOf(request));
    else this.#open.delete(id);
    return answer;
  };

  /** Claimed once more by somebody, it was left by who had it before. */
  #claimed(id: string, invocation: string): void {
    if (this.#killed.has(this.#open.get(id) ?? '')) this.#befallen.add(id);
    this.#open.set(id, invocation);
  }

  /** Something went wrong with a call: once it has been done, if it has. */
  befell({ fault, request }: BefallenCall): void {
    // A worker that dies takes along whatever it has claimed, with others it was sending at the same time.
    if (fault.startsWith('killed')) this.#killed.add(invocationOf(request));
    // What was refused for being too much was certainly not done: that has to be put right.
    if (fault === 'throttled') return;
    const id = this.#sendOf(request);
    if (id !== undefined && this.#open.has(id)) this.#befallen.add(id);
  }

  #sendOf({ service, action, input }: AwsRequest): string | undefined {
    const { TableName, Item, Key, EmailTags, UpdateExpression } = (input ?? {}) as SendInput;
    // A receipt is noted at the claim as well; how the worker has done says nothing of it.
    if (UpdateExpression?.includes('receivedAt')) return undefined;
    if (service === 'ses' && action === 'SendEmail') return EmailTags?.find(({ Name }) => Name === 'sendId')?.Value;
    const sendId = TableName === this.#sendsTable() ? (Item ?? Key)?.sendId?.S : undefined;
    return sendId === undefined || !isClaim(sendId) ? undefined : sendId;
  }
}

const isClaiming = ({ action, input }: AwsRequest): boolean =>
  action === 'PutItem' || (input as SendInput).UpdateExpression?.includes('claimedAt') === true;

const invocationOf = ({ headers }: AwsRequest): string => headers['x-amzn-trace-id'] ?? '';

interface SendInput {
  readonly TableName?: string;
  readonly Item?: { readonly sendId?: { readonly S: string } };
  readonly UpdateExpression?: string;
  readonly Key?: { readonly sendId?: { readonly S: string } };
  readonly EmailTags?: readonly { readonly Name: string; readonly Value: string }[];
}
