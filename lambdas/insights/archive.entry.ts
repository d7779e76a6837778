import type { SQSEvent } from 'aws-lambda';
import { firehoseClient } from '../adapters/clients.ts';
import { firehoseLake } from '../adapters/lake.ts';
import { jsonLog } from '../runtime/log.ts';
import { archive } from './archive.handler.ts';
import { archiveSettings } from './archive.settings.ts';

const { lakeStream } = archiveSettings.read(process.env);
const dependencies = { lake: firehoseLake(firehoseClient(), lakeStream), log: jsonLog };

export const handler = (event: SQSEvent) => archive(dependencies, event);
