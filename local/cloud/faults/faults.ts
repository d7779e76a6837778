import type { Interceptor } from '../endpoint.ts';
import type { InvocationInterceptor } from '../lambda-function.ts';
import type { AwsRequest } from '../service.ts';
import { CALL_FAULTS, type CallFault } from './call-faults.ts';
import { INVOCATION_FAULTS, type InvocationFault } from './invocation-faults.ts';

/** A call that something went wrong with. */
export interface BefallenCall {
  readonly fault: CallFault;
  readonly request: AwsRequest;
}

export interface FaultsOptions {
  /** In [0, 1): decides when something goes wrong, and what. */
  readonly random: () => number;
  /** Between one fault and the next lie at most so many calls. */
  readonly calls: number;
  /** Between one fault and the next lie at most so many invocations. */
  readonly invocations: number;
  /** Hears of each call that something goes wrong with, once it has. */
  readonly onCall?: (befallen: BefallenCall) => void;
}

/**
 * What goes wrong in the cloud, by chance: to calls between a function and a service, and to invocations. Every so many of
 * them something does, so that no run is spared. What kinds are frequent is chance as well: some runs are full of
 * crashes, some of lost answers.
 */
export class Faults {
  /** Whether anything goes wrong at present. */
  active = true;
  /** How often what went wrong. */
  readonly injected = new Map<CallFault | InvocationFault, number>();
  readonly interceptor: Interceptor;
  readonly aroundInvocations: InvocationInterceptor;

  constructor({ random, calls, invocations, onCall = () => undefined }: FaultsOptions) {
    const nextCallFault = this.#every(calls, random, weighted(CALL_FAULTS, random));
    const nextInvocationFault = this.#every(invocations, random, weighted(INVOCATION_FAULTS, random));
    this.interceptor = (request, next) => {
      const name = nextCallFault((kind) => CALL_FAULTS[kind].canBefall(request));
      if (name === undefined) return next(request);
      return told(
        async () => CALL_FAULTS[name].befall(request, next, random),
        () => onCall({ fault: name, request }),
      );
    };
    this.aroundInvocations = (invoking, next) => {
      const name = nextInvocationFault((kind) => INVOCATION_FAULTS[kind].canBefall(invoking));
      return name === undefined ? next() : INVOCATION_FAULTS[name].befall(next);
    };
  }

  /** How much went wrong in all. */
  get total(): number {
    return [...this.injected.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Answers with a fault every so often: one of those that can befall what is asked about. */
  #every<Name extends CallFault | InvocationFault>(
    most: number,
    random: () => number,
    draw: (can: (name: Name) => boolean) => Name | undefined,
  ): (can: (name: Name) => boolean) => Name | undefined {
    let left = Math.floor(random() * most);
    return (can) => {
      if (!this.active || left-- > 0) return undefined;
      left = Math.floor(random() * most);
      const name = draw(can);
      if (name !== undefined) this.injected.set(name, (this.injected.get(name) ?? 0) + 1);
      return name;
    };
  }
}

/** Draws one of the faults that can befall, each as likely as chance has made it for this run. */
function weighted<Name extends string>(faults: Readonly<Record<Name, unknown>>, random: () => number) {
  const weights = (Object.keys(faults) as Name[]).map((name) => [name, random() ** 2] as const);
  return (can: (name: Name) => boolean): Name | undefined => {
    const possible = weights.filter(([name]) => can(name));
    let dice = random() * possible.reduce((sum, [, weight]) => sum + weight, 0);
    const drawn = possible.find(([, weight]) => {
      dice -= weight;
      return dice < 0;
    });
    return (drawn ?? possible.at(-1))?.[0];
  };
}

/** Whether it ends well or not, somebody hears that it has. */
async function told<T>(work: () => Promise<T>, tell: () => void): Promise<T> {
  try {
    return await work();
  } finally {
    tell();
  }
}
