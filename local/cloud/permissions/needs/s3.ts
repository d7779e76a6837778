import type { AwsRequest } from '../../service.ts';
import { readS3Request } from '../../services/s3/s3-request.ts';
import type { Need, NeedsOf } from './need.ts';

const ofObject =
  (action: string): NeedsOf =>
  (request) => {
    const { bucket, key } = readS3Request(request);
    return [{ action, resource: `arn:aws:s3:::${bucket}/${key}` }];
  };

/** What it takes to see which objects a bucket has, or that it does not have the one that is asked for. */
export function bucketListing(request: AwsRequest): Need {
  const { bucket, query } = readS3Request(request);
  const prefix = query.get('prefix');
  // Who asks for an object names no prefix.
  return {
    action: 's3:ListBucket',
    resource: `arn:aws:s3:::${bucket}`,
    context: () => (prefix === null ? {} : { 's3:prefix': prefix }),
  };
}

/** The operations are called otherwise than the actions they need. */
export const s3Needs: Readonly<Record<string, NeedsOf>> = {
  GetObject: ofObject('s3:GetObject'),
  HeadObject: ofObject('s3:GetObject'),
  PutObject: ofObject('s3:PutObject'),
  DeleteObject: ofObject('s3:DeleteObject'),
  ListObjectsV2: (request) => [bucketListing(request)],
};
