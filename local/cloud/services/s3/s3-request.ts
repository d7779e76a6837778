import { ENDPOINT_HOST } from '../../endpoint-host.ts';
import type { AwsRequest } from '../../service.ts';

/** An HTTP request read as S3 reads it. */
export interface S3Request {
  /** `GetObject`, `ListObjectsV2` …; `GET ?acl` and the like for what the local cloud does not know. */
  readonly action: string;
  readonly bucket: string;
  /** Empty for what is asked of a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
}

/** A bucket may stand before the host or be the first part of the path. */
const VIRTUAL_HOST = new RegExp(`^(.+)\\.${ENDPOINT_HOST.replaceAll('.', '\\.')}(:\\d+)?$`);

/** S3 names no action: it is in the method, in whether there is a key, and in the query. */
export function readS3Request({ method, path, headers }: Pick<AwsRequest, 'method' | 'path' | 'headers'>): S3Request {
  const [pathname = '/', search = ''] = path.split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const names = pathname.slice(1);
  const hosted = VIRTUAL_HOST.exec(headers.host ?? '')?.[1];
  const slash = names.indexOf('/');
  const bucket = hosted ?? (slash < 0 ? names : names.slice(0, slash));
  const key = hosted === undefined ? (slash < 0 ? '' : names.slice(slash + 1)) : names;
  return { action: actionOf(method, key, query, headers), bucket, key: decodeURIComponent(key), query };
}

/** `x-id` repeats the action's name and means nothing; every other word of a query without a value is a sub-resource. */
const PARAMETERS = new Set(['x-id', 'list-type', 'prefix', 'start-after', 'continuation-token', 'max-keys']);

function actionOf(method: string, key: string, query: URLSearchParams, headers: AwsRequest['headers']): string {
  const other = [...query.keys()].find((name) => !PARAMETERS.has(name));
  if (other !== undefined) return `${method} ?${other}`;
  if (key === '') return method === 'GET' && query.get('list-type') === '2' ? 'ListObjectsV2' : `${method} bucket`;
  if (headers['x-amz-copy-source'] !== undefined) return 'CopyObject';
  return OBJECT_ACTIONS[method] ?? `${method} object`;
}

const OBJECT_ACTIONS: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};
