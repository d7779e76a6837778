import { firehoseClient } from '../adapters/clients.ts';
import { realWorld } from '../runtime/world.ts';
import { wireArchive } from './archive.wiring.ts';

export const handler = wireArchive(process.env, { firehose: firehoseClient() }, realWorld);
