import { Readable } from 'node:stream';
import { AthenaClient } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { LocalCloud } from '../../local/cloud/cloud.ts';
import { ENDPOINT_HOST } from '../../local/cloud/endpoint-host.ts';
import type { LambdaFunction } from '../../local/cloud/lambda-function.ts';
import { OPERATOR } from '../../local/cloud/permissions/permissions.ts';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** SDK clients of somebody who sits at the machine: everything is allowed, and their calls go to the local cloud. */
export const operatorClientsOf = (cloud: LocalCloud) => clientsOf(cloud, OPERATOR);

/** SDK clients of a function: what it may is allowed. */
export const functionClientsOf = (cloud: LocalCloud, { accessKeyId }: Pick<LambdaFunction, 'accessKeyId'>) =>
  clientsOf(cloud, { accessKeyId, secretAccessKey: 'local' });

function clientsOf(cloud: LocalCloud, credentials: Credentials) {
  const settings = {
    region: 'eu-central-1',
    endpoint: `http://${ENDPOINT_HOST}`,
    credentials,
    requestHandler: {
      async handle({ method, path, query = {}, headers, body }: SdkRequest) {
        const answer = await cloud.call({ method, path: withQuery(path, query), headers, body: plain(body) });
        if ('lost' in answer) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
        const response = {
          statusCode: answer.status,
          headers: { 'content-type': 'application/x-amz-json-1.0', ...answer.headers },
          body: Readable.from([Buffer.from(answer.body as string)]),
        };
        return { response };
      },
    },
  };
  return {
    athena: new AthenaClient(settings),
    sqs: new SQSClient(settings),
    s3: new S3Client(settings),
    ssm: new SSMClient(settings),
  };
}

/** A body of the SDK's may be bytes that pretend to be text. */
const plain = (body: string | Uint8Array | undefined) =>
  body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : body;

function withQuery(path: string, query: NonNullable<SdkRequest['query']>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.set(name, String(value ?? ''));
  return search.size === 0 ? path : `${path}?${search}`;
}
