import { AnswerLost, EnvironmentKilled, type Interceptor } from '../endpoint.ts';
import type { AwsRequest, AwsResponse } from '../service.ts';
import { awsError } from '../service.ts';
import { inPart, isDivisible } from './partial.ts';
import { asThrottled } from './throttling.ts';

type Next = Parameters<Interceptor>[1];
type Answer = AwsResponse | Promise<AwsResponse>;

/** What can go wrong with a call that a function makes. */
export type CallFault = keyof typeof CALL_FAULTS;

interface Fault {
  readonly canBefall: (request: AwsRequest) => boolean;
  readonly befall: (request: AwsRequest, next: Next, random: () => number) => Answer;
}

const any = () => true;
const isSend = ({ service, action }: AwsRequest) => service === 'sqs' && action.startsWith('SendMessage');

/** Seconds that a message may be late by itself: long enough to be overtaken by others, and by itself. */
const LATEST = 300;

export const CALL_FAULTS = {
  throttled: { canBefall: any, befall: (request) => asThrottled(request) },
  failed: { canBefall: any, befall: () => INTERNAL_FAILURE },
  /** It was done, and the answer says that it was not. */
  'failed when done': {
    canBefall: any,
    async befall(request, next) {
      await next(request);
      return INTERNAL_FAILURE;
    },
  },
  'answer lost': {
    canBefall: any,
    befall() {
      throw new AnswerLost();
    },
  },
  /** It was done, and nobody hears of it. */
  'answer lost when done': {
    canBefall: any,
    async befall(request, next) {
      await next(request);
      throw new AnswerLost();
    },
  },
  'killed before': {
    canBefall: any,
    befall() {
      throw new EnvironmentKilled('Killed before a call');
    },
  },
  'killed after': {
    canBefall: any,
    async befall(request, next) {
      await next(request);
      throw new EnvironmentKilled('Killed after a call');
    },
  },
  /** Answered with 200, and some of it was not done. */
  'done in part': { canBefall: isDivisible, befall: inPart },
  /** A standard queue may deliver a message twice, the second time long after the first was deleted. */
  'sent twice': {
    canBefall: isSend,
    async befall(request, next, random) {
      const answer = await next(request);
      await next(delayed(request, random));
      return answer;
    },
  },
  /** It keeps no order, either. */
  'sent late': { canBefall: isSend, befall: (request, next, random) => next(delayed(request, random)) },
} satisfies Record<string, Fault>;

const INTERNAL_FAILURE = awsError(500, 'InternalFailure', 'The request failed because of an unknown error');

interface SendInput {
  readonly DelaySeconds?: number;
  readonly Entries?: readonly { readonly DelaySeconds?: number }[];
}

function delayed(request: AwsRequest, random: () => number): AwsRequest {
  const input = request.input as SendInput;
  const later = <E extends { readonly DelaySeconds?: number }>(entry: E) => ({
    ...entry,
    DelaySeconds: Math.min(900, (entry.DelaySeconds ?? 0) + Math.floor(random() * LATEST)),
  });
  return {
    ...request,
    input: input.Entries === undefined ? later(input) : { ...input, Entries: input.Entries.map(later) },
  };
}
