import type { Interceptor } from './endpoint.ts';
import type { InProcess } from './in-process/functions.ts';
import type { InvocationInterceptor } from './lambda-function.ts';
import type { ScheduleGate } from './scheduled-rule.ts';
import type { SendingQuota } from './services/ses/sending-quota.ts';
import type { Assembly } from './template/assembly.ts';

export interface LocalCloudOptions {
  /** Directory that `cdk synth` wrote, or what was read from it. */
  readonly assembly: string | Assembly;
  /** The clock's first moment; the real present unless given. */
  readonly startAt?: number;
  /** Whether time passes by itself; otherwise it moves only by `advanceTo` and `settle`. */
  readonly ticking?: boolean;
  /** Of the HTTP API; any free one unless given. With `none` requests come by `request` alone. */
  readonly port?: number | 'none';
  readonly region?: string;
  /** Most environments per function, by logical id; `default` (3) for the others. */
  readonly environments?: Readonly<Record<string, number>>;
  /** From it follows what is left to chance: how far indexes are behind their tables. */
  readonly seed?: string;
  /** Addresses or domains that SES may send from. */
  readonly verifiedIdentities?: readonly string[];
  /** What SES lets the account send; 1,000 a second and 10 million a day unless given. */
  readonly emailQuota?: SendingQuota;
  /** See every call to a service, in this order: permissions, faults, meter. */
  readonly interceptors?: readonly Interceptor[];
  /** Sees every invocation of a function. */
  readonly aroundInvocations?: InvocationInterceptor;
  /** Functions that run in this process instead of in threads of their own: faster, and the same in every run. */
  readonly inProcess?: InProcess;
  /** How many messages a poll of a queue finds at most, up to ten: SQS asks only some of its servers. */
  readonly messagesPerPoll?: () => number;
  readonly scheduleGate?: ScheduleGate;
  /** Gets every line that functions and the cloud itself write; silent unless given. */
  readonly log?: (source: string, line: string) => void;
  /** Real milliseconds after which waiting for quiet fails, naming what hangs. */
  readonly quietLimitMs?: number;
}
