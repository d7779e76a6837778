import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { OPEN_PLAN, type PlanSettings } from '../../domain/events/plan-settings.ts';

export interface PlanSettingsReader {
  /** What the project has decided, or the open plan when it has decided nothing. Throws when nobody can tell. */
  read(): Promise<PlanSettings>;
}

export interface PlanSettingsStore extends PlanSettingsReader {
  write(settings: PlanSettings): Promise<void>;
}

const KEY = { kind: { S: 'tracking-plan' }, name: { S: 'settings' } };

export const dynamoPlanSettings = (client: DynamoDBClient, table: string): PlanSettingsStore => ({
  async read() {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: KEY, ConsistentRead: true }));
    // A setting that came with a later release has its default in what was written before.
    return { ...OPEN_PLAN, ...(JSON.parse(Item?.settings?.S ?? '{}') as Partial<PlanSettings>) };
  },
  async write(settings) {
    await client.send(
      new PutItemCommand({ TableName: table, Item: { ...KEY, settings: { S: JSON.stringify(settings) } } }),
    );
  },
});

/** A worker's memory of the settings. */
export interface RememberedPlanSettings {
  /** At most half a minute old, or as old as the last successful reading; undefined when there was none. Never throws. */
  read(): Promise<PlanSettings | undefined>;
}

const READ_EVERY = 30_000;
/** A table that does not answer is not asked for every request. */
const TRY_AGAIN_AFTER = 5_000;

export function rememberPlanSettings(store: PlanSettingsReader, now: () => number): RememberedPlanSettings {
  let known: PlanSettings | undefined;
  let readAgainAt = Number.NEGATIVE_INFINITY;
  return {
    async read() {
      if (now() < readAgainAt) return known;
      try {
        known = await store.read();
        readAgainAt = now() + READ_EVERY;
      } catch {
        readAgainAt = now() + TRY_AGAIN_AFTER;
      }
      return known;
    },
  };
}
