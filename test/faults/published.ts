import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HOUR, MINUTE } from '../../domain/calendar.ts';
import { type Part, packed } from '../../lambdas/adapters/catalog-parts.ts';
import { dynamoCatalogStore } from '../../lambdas/adapters/catalog-store.ts';
import type { LocalPerennial } from '../../local/perennial.ts';
import { email, prepare } from '../domain/email/support.ts';
import { clientOf } from '../local/services/support.ts';
import { tableName } from './outcome.ts';

/**
 * Begins five minutes after whatever is sent in a round and ends while all of it comes to rest: who is decided to get a
 * message gets it, unless something goes wrong for so long that it has to wait.
 */
export const QUIET = { from: 15 * HOUR + 5 * MINUTE, to: 16 * HOUR + 30 * MINUTE } as const;

/** The template of what a server asks for. */
export const RECEIPT = 'receipt';

/** Makes the quiet hours and the template live before anybody is there. */
export async function publish(perennial: LocalPerennial): Promise<void> {
  const { dynamodb } = perennial.cloud.services;
  const store = dynamoCatalogStore(new DynamoDBClient(clientOf(dynamodb)), tableName(perennial.cloud, 'Definitions'));
  const written = email({}, { class: 'transactional' });
  const prepared = prepare(written);
  if (prepared.outcome !== 'prepared') throw new Error('The template has problems');
  const settings = partOf({ quietHours: [{ from: '15:05', to: '16:30' }] });
  const [template, ready] = [partOf(written), partOf(prepared.email)];
  await store.putParts([settings, template, ready]);
  await store.publish({
    ...{ number: 1, publishedAt: perennial.now(), by: { subject: 'test', name: 'Test' }, startJourneys: false },
    items: [
      { type: 'settings', key: 'default', part: settings.address },
      {
        type: 'template',
        key: RECEIPT,
        part: template.address,
        ready: { from: template.address, part: ready.address },
      },
    ],
    registry: { segments: [], counters: [], next: { segment: 1, counter: 1 } },
  });
}

function partOf(body: unknown): Part {
  const packing = packed(body);
  if (packing.outcome !== 'part') throw new Error('It is too large');
  return packing.part;
}
