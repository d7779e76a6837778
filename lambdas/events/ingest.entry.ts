import { dynamodbClient, sqsClient } from '../adapters/clients.ts';
import { sqsQueue } from '../adapters/queue.ts';
import { dynamoSourceDirectory, rememberSources } from '../adapters/source-directory.ts';
import type { HttpEvent } from '../runtime/http.ts';
import { jsonLog } from '../runtime/log.ts';
import { ingest } from './ingest.handler.ts';
import { ingestSettings } from './ingest.settings.ts';

const settings = ingestSettings.read(process.env);
const dependencies = {
  sources: rememberSources(dynamoSourceDirectory(dynamodbClient(), settings.definitionsTable), Date.now),
  live: sqsQueue(sqsClient(), settings.liveQueueUrl),
  log: jsonLog,
};

export const handler = (event: HttpEvent) => ingest(dependencies, event);
