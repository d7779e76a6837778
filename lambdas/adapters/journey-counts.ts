import { type AttributeValue, type DynamoDBClient, paginateQuery, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { JourneyCount } from '../../domain/insights/journey-counts.ts';
import { conditionHeld } from './condition.ts';

/**
 * How many people went which way through journeys, live. Whoever adds does so last, when nothing brings what was counted
 * back: what the SDK tries again counts once, a worker that dies in between leaves a batch out, and one that is given its
 * batch again counts it twice. The lake knows exactly.
 */
export interface JourneyCounts {
  /** Adds each by a write of its own. Answers with what the table did not take: it may be added again. */
  add(counts: readonly JourneyCount[]): Promise<readonly JourneyCount[]>;
}

/** What was counted of one version of a journey, of those held out or of the others. */
export interface CountedJourney extends Pick<JourneyCount, 'version' | 'heldOut' | 'adds'> {}

export interface JourneyCountsReader {
  /** Of all its versions. */
  of(journey: string): Promise<readonly CountedJourney[]>;
}

const kindOf = (journey: string): string => `journey-count#${journey}`;
const HELD_OUT = '#holdout';

/** What stands beside the counts. */
const OWN = new Set(['kind', 'name', 'last']);

export const dynamoJourneyCounts = (client: DynamoDBClient, table: string): JourneyCounts => ({
  async add(counts) {
    const done = await Promise.allSettled(
      counts.map((count) => conditionHeld(client.send(new UpdateItemCommand({ TableName: table, ...adding(count) })))),
    );
    return counts.filter((_, n) => done[n]?.status === 'rejected');
  },
});

function adding({ journey, version, heldOut, id, adds }: JourneyCount) {
  const parts = Object.entries(adds);
  return {
    Key: { kind: { S: kindOf(journey) }, name: { S: `${version}${heldOut ? HELD_OUT : ''}` } },
    UpdateExpression: `ADD ${parts.map((_, n) => `#a${n} :a${n}`).join(', ')} SET #last = :last`,
    // The last of all that were added: a try whose answer was lost is mostly the one before.
    ConditionExpression: 'attribute_not_exists(#last) OR #last <> :last',
    ExpressionAttributeNames: { '#last': 'last', ...Object.fromEntries(parts.map(([name], n) => [`#a${n}`, name])) },
    ExpressionAttributeValues: {
      ':last': { S: id },
      ...Object.fromEntries(parts.map(([, by], n) => [`:a${n}`, { N: String(by) }])),
    },
  };
}

export const dynamoJourneyCountsReader = (client: DynamoDBClient, table: string): JourneyCountsReader => ({
  async of(journey) {
    const query = {
      TableName: table,
      KeyConditionExpression: 'kind = :kind',
      ExpressionAttributeValues: { ':kind': { S: kindOf(journey) } },
    };
    const found: CountedJourney[] = [];
    for await (const { Items = [] } of paginateQuery({ client }, query)) found.push(...Items.map(countedIn));
    return found;
  },
});

function countedIn(item: Record<string, AttributeValue>): CountedJourney {
  const name = item.name?.S ?? '';
  const adds = Object.entries(item).flatMap(([what, { N }]) => (OWN.has(what) ? [] : [[what, Number(N)] as const]));
  return { version: Number(name.split('#')[0]), heldOut: name.endsWith(HELD_OUT), adds: Object.fromEntries(adds) };
}
