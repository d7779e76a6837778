import type { Interceptor } from '../../local/cloud/endpoint.ts';
import type { AwsRequest } from '../../local/cloud/service.ts';
import { awsError } from '../../local/cloud/service.ts';

/** Which calls a service does not take, and what it says instead: an error that no SDK tries again unless named. */
export interface Refused {
  /** Access key of the function that calls. */
  readonly caller?: string;
  readonly service?: string;
  readonly action?: string;
  /** Calls whose body has this word in it are taken all the same. */
  readonly except?: string;
  readonly type?: string;
}

/** Services that do not take what is asked of them for a while. */
export class Refusals {
  readonly #now = new Map<Refused, { left: number }>();

  readonly interceptor: Interceptor = (request, next) => {
    for (const [refused, count] of this.#now) {
      if (count.left === 0 || !isMeant(refused, request)) continue;
      count.left--;
      return awsError(400, refused.type ?? 'ResourceNotFoundException', 'Refused by the test');
    }
    return next(request);
  };

  /** Refuses all such calls while something is done. */
  async during<T>(refused: Refused, act: () => Promise<T>, left = Number.POSITIVE_INFINITY): Promise<T> {
    this.#now.set(refused, { left });
    try {
      return await act();
    } finally {
      this.#now.delete(refused);
    }
  }

  /** Refuses the first such call while something is done. */
  once<T>(refused: Refused, act: () => Promise<T>): Promise<T> {
    return this.during(refused, act, 1);
  }
}

const isMeant = ({ caller, service, action, except }: Refused, request: AwsRequest): boolean =>
  (caller === undefined || caller === request.caller) &&
  (service === undefined || service === request.service) &&
  (action === undefined || action === request.action) &&
  (except === undefined || !JSON.stringify(request.input).includes(except));
