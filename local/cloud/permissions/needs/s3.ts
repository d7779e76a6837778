import type { AwsRequest } from '../../service.ts';
import { readS3Request } from '../../services/s3/s3-request.ts';
import type { Need, NeedsOf } from './need.ts';

const ofObject =
  (action: string): NeedsOf =>
  (request) => {
    const { bucket, key } = readS3Request(request);
    return [{ action, resource: `arn:aws:s3:::${bucket}/${key}` }];
  };

/** What it takes to see which objects a bucket has. */
export const bucketListing = (request: AwsRequest): Need => ({
  action: 's3:ListBucket',
  resource: `arn:aws:s3:::${readS3Request(request).bucket}`,
});

/** The operations are called otherwise than the actions they need. */
export const s3Needs: Readonly<Record<string, NeedsOf>> = {
  GetObject: ofObject('s3:GetObject'),
  HeadObject: ofObject('s3:GetObject'),
  PutObject: ofObject('s3:PutObject'),
  DeleteObject: ofObject('s3:DeleteObject'),
  ListObjectsV2: (request) => [bucketListing(request)],
};
