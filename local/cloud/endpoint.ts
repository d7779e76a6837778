import type { Activity, Clock } from './clock.ts';
import type { AwsRequest, AwsResponse, AwsService } from './service.ts';
import { awsError } from './service.ts';
import { readS3Request } from './services/s3/s3-request.ts';
import type { SdkAnswer, SdkCall } from './worker/protocol.ts';

export type Answer = AwsResponse | Promise<AwsResponse>;

/**
 * Sees every call of every function on its way to its service. From the door inwards: who may (permissions), what goes
 * wrong (faults), what it costs (meter).
 */
export type Interceptor = (request: AwsRequest, next: (request: AwsRequest) => Answer) => Answer;

/** Thrown by an interceptor: no answer comes back. Whether the call was carried out before is the interceptor's doing. */
export class AnswerLost extends Error {}

/** Thrown by an interceptor: the environment that made the call dies on the spot, its invocation with it. */
export class EnvironmentKilled extends Error {}

export interface EndpointOptions {
  /** By signing name. */
  readonly services: Readonly<Record<string, AwsService>>;
  readonly clock: Clock;
  readonly activity: Activity;
  /** The first sees a request first. */
  readonly interceptors?: readonly Interceptor[];
  readonly log: (line: string) => void;
}

/** The one door to the emulated services. */
export class Endpoint {
  readonly #options: EndpointOptions;
  readonly #chain: (request: AwsRequest) => Answer;

  constructor(options: EndpointOptions) {
    this.#options = options;
    const last = (request: AwsRequest) => this.#serve(request);
    this.#chain = (options.interceptors ?? []).reduceRight<(request: AwsRequest) => Answer>(
      (next, interceptor) => (request) => interceptor(request, next),
      last,
    );
  }

  /**
   * Answers one call of an SDK. A service that throws is a defect, told as a 500 and in the log; it rejects only with
   * `EnvironmentKilled`.
   */
  async answer(call: SdkCall): Promise<SdkAnswer> {
    const request = parse(call);
    if (request === undefined) {
      return this.#encode(awsError(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'));
    }
    const end = this.#options.activity.begin(`${request.service}:${request.action}`);
    try {
      return this.#encode(await this.#chain(request));
    } catch (error) {
      if (error instanceof AnswerLost) return { lost: true };
      if (error instanceof EnvironmentKilled) throw error;
      this.#options.log(`defect in ${request.service}:${request.action}: ${(error as Error).stack}`);
      return this.#encode(awsError(500, 'InternalFailure', 'The local cloud failed; its log says how'));
    } finally {
      end();
    }
  }

  #serve(request: AwsRequest): Answer {
    const service = this.#options.services[request.service];
    if (service) return service.handle(request);
    const message = `The local cloud has no service ${request.service} (${request.action})`;
    this.#options.log(message);
    return awsError(501, 'UnknownOperationException', message);
  }

  #encode({ status, headers, body, raw }: AwsResponse): SdkAnswer {
    return { status, ...(headers && { headers }), body: raw ?? JSON.stringify(body) };
  }
}

const credential = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\/aws4_request/;

/** A bare HTTP request as the call it is; undefined when nobody signed it. */
function parse(call: SdkCall): AwsRequest | undefined {
  const { method, path, headers, body } = call;
  const signature = credential.exec(headers.authorization ?? '');
  if (!signature) return undefined;
  const [, caller = '', service = ''] = signature;
  // An object of S3 may be JSON; it is none of ours to read.
  const isJson = service !== 's3' && headers['content-type']?.includes('json') === true;
  const text = isJson ? asText(body) : '';
  return {
    service,
    caller,
    method,
    path,
    headers,
    action: actionOf(service, call),
    input: text === '' ? undefined : JSON.parse(text),
    raw: body,
  };
}

const asText = (body: string | Uint8Array | undefined) =>
  typeof body === 'string' ? body : Buffer.from(body ?? []).toString();

/** Most protocols name the action in a header; REST services have it in method and path, S3 in the query as well. */
function actionOf(service: string, { method, path, headers }: SdkCall): string {
  const target = headers['x-amz-target'];
  if (target !== undefined) return target.slice(target.indexOf('.') + 1);
  if (service === 's3') return readS3Request({ method, path, headers }).action;
  return restActions.find(([verb, pattern]) => verb === method && pattern.test(path))?.[2] ?? `${method} ${path}`;
}

const restActions: readonly (readonly [string, RegExp, string])[] = [
  ['POST', /^\/v2\/email\/outbound-emails\/?(\?|$)/, 'SendEmail'],
  ['POST', /^\/v2\/email\/outbound-bulk-emails\/?(\?|$)/, 'SendBulkEmail'],
  ['GET', /^\/v2\/email\/account\/?(\?|$)/, 'GetAccount'],
];
