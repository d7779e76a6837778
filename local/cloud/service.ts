/** A call of the AWS SDK as it reached the local cloud's endpoint, its signature already read. */
export interface AwsRequest {
  /** Signing name: `dynamodb`, `sqs`, `events`, `firehose`, `ses`, `s3` … */
  readonly service: string;
  /** `PutItem`, `SendMessageBatch`, `SendEmail` …: from X-Amz-Target, or from method and path for REST services. */
  readonly action: string;
  /** Access key id that signed the call: which function is asking. */
  readonly caller: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The request's JSON, parsed; undefined when it is none. */
  readonly input: unknown;
  /** The body as it was sent, for services that do not speak JSON. */
  readonly raw?: string | Uint8Array | undefined;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless there is `raw`. */
  readonly body?: unknown;
  /** Sent as it is, by services that do not speak JSON. */
  readonly raw?: string | Uint8Array;
}

/** One emulated AWS service. It answers as AWS answers, errors included; a throw is a defect of the local cloud. */
export interface AwsService {
  handle(request: AwsRequest): AwsResponse | Promise<AwsResponse>;
}

/** An error answer in the JSON protocols' form (`__type`, header `x-amzn-errortype`). */
export function awsError(status: number, type: string, message: string): AwsResponse {
  return { status, headers: { 'x-amzn-errortype': type }, body: { __type: type, message } };
}
