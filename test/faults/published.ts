import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HOUR, MINUTE } from '../../domain/calendar.ts';
import { packed } from '../../lambdas/adapters/catalog-parts.ts';
import { dynamoCatalogStore } from '../../lambdas/adapters/catalog-store.ts';
import type { LocalPerennial } from '../../local/perennial.ts';
import { clientOf } from '../local/services/support.ts';
import { tableName } from './outcome.ts';

/**
 * Begins five minutes after whatever is sent in a round and ends while all of it comes to rest: who is decided to get a
 * message gets it, unless something goes wrong for so long that it has to wait.
 */
export const QUIET = { from: 15 * HOUR + 5 * MINUTE, to: 16 * HOUR + 30 * MINUTE } as const;

/** Makes the quiet hours live before anybody is there. */
export async function publishQuietHours(perennial: LocalPerennial): Promise<void> {
  const { dynamodb } = perennial.cloud.services;
  const store = dynamoCatalogStore(new DynamoDBClient(clientOf(dynamodb)), tableName(perennial.cloud, 'Definitions'));
  const settings = packed({ quietHours: [{ from: '15:05', to: '16:30' }] });
  if (settings.outcome !== 'part') throw new Error('The settings are too large');
  await store.putParts([settings.part]);
  await store.publish({
    ...{ number: 1, publishedAt: perennial.now(), by: { subject: 'test', name: 'Test' }, startJourneys: false },
    items: [{ type: 'settings', key: 'default', part: settings.part.address }],
    registry: { segments: [], counters: [], next: { segment: 1, counter: 1 } },
  });
}
