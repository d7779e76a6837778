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
  /** The request's JSON, parsed. */
  readonly input: unknown;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** One emulated AWS service. It answers as AWS answers, errors included; a throw is a defect of the local cloud. */
export interface AwsService {
  handle(request: AwsRequest): AwsResponse | Promise<AwsResponse>;
}

/** An error answer in the JSON protocols' form (`__type`, header `x-amzn-errortype`). */
export function awsError(status: number, type: string, message: string): AwsResponse {
  return { status, headers: { 'x-amzn-errortype': type }, body: { __type: type, message } };
}
