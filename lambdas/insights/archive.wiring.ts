import type { SQSEvent } from 'aws-lambda';
import type { Clients } from '../adapters/clients.ts';
import { firehoseLake } from '../adapters/lake.ts';
import type { World } from '../runtime/world.ts';
import { archive } from './archive.handler.ts';
import { archiveSettings } from './archive.settings.ts';

export function wireArchive(environment: NodeJS.ProcessEnv, { firehose }: Pick<Clients, 'firehose'>, { log }: World) {
  const { lakeStream } = archiveSettings.read(environment);
  const dependencies = { lake: firehoseLake(firehose, lakeStream), log };
  return (event: SQSEvent) => archive(dependencies, event);
}
