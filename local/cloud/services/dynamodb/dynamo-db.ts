import type { Clock } from '../../clock.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../../service.ts';
import type { SortedMap } from '../sorted-map.ts';
import { actions } from './actions.ts';
import type { Item } from './attribute-value.ts';
import { sameItem } from './attribute-value.ts';
import { dynalite, isDynaliteError } from './dynalite.ts';
import { options } from './store.ts';
import type { Index, TableDefinition, Written } from './table.ts';
import { Table } from './table.ts';
import { TimeToLive } from './time-to-live.ts';

/** One change of one item, told in commit order. Everything in it is frozen: keep it, pass it on, never copy it. */
export interface ItemChange {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly keys: Item;
  readonly newImage?: Item;
  readonly oldImage?: Item;
  /** Ascending digits, one more per change in this cloud; usable as a stream's SequenceNumber. */
  readonly sequence: string;
  /** Milliseconds of the cloud's clock. */
  readonly at: number;
  /** DynamoDB removed it itself, because its time to live was over. */
  readonly expired?: true;
}

export type OnChange = (tableName: string, change: ItemChange) => void;

/**
 * Amazon DynamoDB in memory. Requests are checked and expressions evaluated by dynalite; items, indexes, batches,
 * capacity and the feed of changes are ours. Each write happens in one synchronous step.
 */
export class DynamoDb implements AwsService {
  readonly #clock: Clock;
  readonly #onChange: OnChange | undefined;
  readonly #seed: string;
  readonly #tables = new Map<string, Table>();
  readonly #timesToLive = new Map<Table, TimeToLive>();
  #changes = 0;

  constructor({ clock, onChange, seed = '' }: { clock: Clock; onChange?: OnChange; seed?: string | undefined }) {
    this.#clock = clock;
    this.#seed = seed;
    this.#onChange = onChange;
  }

  /** Creates a table that is ACTIVE at once. The definition may be a template's GlobalTable properties as they are. */
  createTable(definition: TableDefinition): Table {
    const table = new Table(definition, `${this.#seed}/${definition.TableName}`);
    this.#tables.set(definition.TableName, table);
    const { Enabled: enabled = false, AttributeName: attribute } = definition.TimeToLiveSpecification ?? {};
    if (enabled && attribute !== undefined) {
      const remove = (key: string) => void this.write(table, key, undefined, { expired: true });
      this.#timesToLive.set(table, new TimeToLive({ table, attribute, clock: this.#clock, remove }));
    }
    return table;
  }

  table(name: string): Table | undefined {
    return this.#tables.get(name);
  }

  tableNames(): string[] {
    return [...this.#tables.keys()].sort();
  }

  /** The entries of an index as a reader sees them now. */
  entriesSeen({ entries }: Index): SortedMap<Item> {
    return entries.seenAt(this.#clock.now());
  }

  /** Lets every index arrive where its table is. */
  catchUpIndexes(): void {
    for (const table of this.#tables.values()) for (const { entries } of table.indexes) entries.catchUp();
  }

  /** Every item of a table without a copy; the items are frozen. Changing the table meanwhile is allowed. */
  scan(tableName: string): Iterable<Item> {
    const table = this.#tables.get(tableName);
    if (table === undefined) throw new Error(`No table ${tableName}`);
    return table.items.values();
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    try {
      const input = (request.input ?? {}) as Record<string, unknown>;
      const validated = dynalite.validate(request.action, input, { options });
      const action = actions[request.action];
      if (validated === undefined || action === undefined) return unknownOperation(request.action);
      return { status: 200, body: await action(this, validated, input) };
    } catch (error) {
      if (!isDynaliteError(error)) throw error;
      return { status: error.statusCode, body: error.body };
    }
  }

  /** Writes an item and tells of the change, if there is one: AWS puts no record in a stream for an identical item. */
  write(table: Table, key: string, item: Item | undefined, about: Pick<ItemChange, 'expired'> = {}): Written {
    const now = this.#clock.now();
    const written = table.write(key, item, now);
    const { oldItem, newItem } = written;
    if (newItem !== undefined) this.#timesToLive.get(table)?.written(newItem);
    if (oldItem === undefined && newItem === undefined) return written;
    if (oldItem !== undefined && newItem !== undefined && sameItem(oldItem, newItem)) return written;
    const image = (newItem ?? oldItem) as Item;
    this.#onChange?.(table.definition.TableName, {
      eventName: oldItem === undefined ? 'INSERT' : newItem === undefined ? 'REMOVE' : 'MODIFY',
      keys: Object.fromEntries(table.keyNames.map((name) => [name, image[name] ?? {}])),
      ...(newItem === undefined ? {} : { newImage: newItem }),
      ...(oldItem === undefined ? {} : { oldImage: oldItem }),
      sequence: String(++this.#changes)
        .padStart(21, '0')
        .replace(/^0/, '1'),
      at: now,
      ...about,
    });
    return written;
  }
}

function unknownOperation(action: string): AwsResponse {
  const message = `The local cloud's DynamoDB has no operation ${action}.`;
  return { status: 400, body: { __type: 'com.amazon.coral.service#UnknownOperationException', message } };
}
