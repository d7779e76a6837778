import type { SQSEvent } from 'aws-lambda';
import { understandOwnLook } from '../../domain/delivery/receipts/own-look.ts';
import { understandSesEvent } from '../../domain/delivery/receipts/ses.ts';
import type { Clients } from '../adapters/clients.ts';
import { firehoseLake } from '../adapters/lake.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoReceiptCounts } from '../adapters/receipt-counts.ts';
import { dynamoReceiptLedger } from '../adapters/receipt-ledger.ts';
import { dynamoSoftBounces } from '../adapters/soft-bounces.ts';
import { dynamoSuppressionList } from '../adapters/suppression-list.ts';
import type { World } from '../runtime/world.ts';
import { takeReceipts } from './receipts.handler.ts';
import { receiptsSettings } from './receipts.settings.ts';

export function wireReceipts(
  environment: NodeJS.ProcessEnv,
  { dynamodb, sqs, firehose }: Pick<Clients, 'dynamodb' | 'sqs' | 'firehose'>,
  { now, log }: World,
) {
  const { sendsTable, ledgerTable, timersQueueUrl, receiptsStream } = receiptsSettings.read(environment);
  const dependencies = {
    understandReceipt: (event: unknown) => understandOwnLook(event) ?? understandSesEvent(event),
    suppressions: dynamoSuppressionList(dynamodb, ledgerTable),
    softBounces: dynamoSoftBounces(dynamodb, ledgerTable),
    claims: dynamoReceiptLedger(dynamodb, sendsTable),
    timers: sqsQueue(sqs, timersQueueUrl),
    lake: firehoseLake(firehose, receiptsStream),
    counts: dynamoReceiptCounts(dynamodb, ledgerTable),
    now,
    log,
  };
  return (event: SQSEvent) => takeReceipts(dependencies, event);
}
