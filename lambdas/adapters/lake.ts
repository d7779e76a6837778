import { type FirehoseClient, PutRecordCommand } from '@aws-sdk/client-firehose';

export interface Lake {
  /** Adds NDJSON text of at most 1,000 KiB. Throws when the stream refuses it. */
  append(lines: string): Promise<void>;
}

export const firehoseLake = (client: FirehoseClient, stream: string): Lake => ({
  async append(lines) {
    await client.send(new PutRecordCommand({ DeliveryStreamName: stream, Record: { Data: Buffer.from(lines) } }));
  },
});
