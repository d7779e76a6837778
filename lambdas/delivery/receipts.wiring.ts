import type { SQSEvent } from 'aws-lambda';
import { understandOwnLook } from '../../domain/delivery/receipts/own-look.ts';
import { understandSesEvent } from '../../domain/delivery/receipts/ses.ts';
import { dynamoCatalogReader } from '../adapters/catalog-reader.ts';
import type { Clients } from '../adapters/clients.ts';
import { dynamoJourneyCounts } from '../adapters/journey-counts.ts';
import { firehoseLake } from '../adapters/lake.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoReceiptCounts } from '../adapters/receipt-counts.ts';
import { dynamoReceiptLedger } from '../adapters/receipt-ledger.ts';
import { dynamoSoftBounces } from '../adapters/soft-bounces.ts';
import { dynamoSuppressionList } from '../adapters/suppression-list.ts';
import type { World } from '../runtime/world.ts';
import { tellJourney } from './journey-receipts.ts';
import { liveJourneys } from './live-journeys.ts';
import { takeReceipts } from './receipts.handler.ts';
import { receiptsSettings } from './receipts.settings.ts';

export function wireReceipts(
  environment: NodeJS.ProcessEnv,
  { dynamodb, sqs, firehose }: Pick<Clients, 'dynamodb' | 'sqs' | 'firehose'>,
  { now, log }: World,
) {
  const settings = receiptsSettings.read(environment);
  const { sendsTable, ledgerTable, definitionsTable, timersQueueUrl, receiptsStream } = settings;
  const timers = sqsQueue(sqs, timersQueueUrl);
  const catalog = dynamoCatalogReader(dynamodb, definitionsTable);
  const dependencies = {
    understandReceipt: (event: unknown) => understandOwnLook(event) ?? understandSesEvent(event),
    suppressions: dynamoSuppressionList(dynamodb, ledgerTable),
    softBounces: dynamoSoftBounces(dynamodb, ledgerTable),
    claims: dynamoReceiptLedger(dynamodb, sendsTable),
    timers,
    lake: firehoseLake(firehose, receiptsStream),
    counts: dynamoReceiptCounts(dynamodb, ledgerTable),
    journeyCounts: dynamoJourneyCounts(dynamodb, ledgerTable),
    tellJourney: tellJourney({ journeys: liveJourneys({ catalog, now, log }), timers }),
    now,
    log,
  };
  return (event: SQSEvent) => takeReceipts(dependencies, event);
}
