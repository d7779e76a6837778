import { firehoseClient } from '../adapters/clients.ts';
import { withNeutralErrors } from '../runtime/neutral-errors.ts';
import { realWorld } from '../runtime/world.ts';
import { wireArchive } from './archive.wiring.ts';

export const handler = withNeutralErrors(
  wireArchive(process.env, { firehose: firehoseClient() }, realWorld),
  realWorld.log,
);
