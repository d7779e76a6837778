import type { InvocationResult, Invoking } from '../lambda-function.ts';

type Next = () => Promise<InvocationResult>;

/** What can go wrong with an invocation as a whole. */
export type InvocationFault = keyof typeof INVOCATION_FAULTS;

interface Fault {
  readonly canBefall: (invoking: Invoking) => boolean;
  readonly befall: (next: Next) => Promise<InvocationResult>;
}

const any = () => true;
const isScheduled = ({ event }: Invoking) =>
  (event as { 'detail-type'?: unknown })['detail-type'] === 'Scheduled Event';
/** API Gateway asks once; queues, streams and schedules deliver at least once. */
const isRepeatable = ({ event }: Invoking) => (event as { requestContext?: unknown }).requestContext === undefined;

export const INVOCATION_FAULTS = {
  'not run': { canBefall: any, befall: async () => NOT_RUN },
  /** Everything was done: a queue's messages come back all the same, a stream's batch is delivered again. */
  'outcome lost': {
    canBefall: any,
    async befall(next) {
      await next();
      return NOT_RUN;
    },
  },
  'run twice': {
    canBefall: isRepeatable,
    async befall(next) {
      await next();
      return next();
    },
  },
  'run at the same time': {
    canBefall: isRepeatable,
    async befall(next) {
      const [first, second] = await Promise.all([next(), next()]);
      return first.ok ? second : first;
    },
  },
  missed: { canBefall: isScheduled, befall: async () => ({ ok: true, value: null }) },
} satisfies Record<string, Fault>;

const NOT_RUN: InvocationResult = {
  ok: false,
  error: { errorType: 'Lambda.ServiceException', errorMessage: 'Lambda could not run the function' },
};
