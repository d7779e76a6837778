import { decodeEffects } from '../../domain/decisions/effect-codec.ts';
import { readUnits, writeUnits } from '../cloud/services/dynamodb/capacity.ts';
import type { ItemChange } from '../cloud/services/dynamodb/dynamo-db.ts';
import type { LocalPerennial } from '../perennial.ts';

export interface CommitUnits {
  readonly commits: number;
  /** Read units of the profile that each commit read, at the median and on average. */
  readonly rru: Spread;
  readonly wru: Spread;
  /** Write units in indexes. */
  readonly indexWru: Spread;
  /** Share of the commits that moved `dueAt`. */
  readonly dueMoves: number;
  /** Share of the commits that carry effects for dispatch. */
  readonly withEffects: number;
}

interface Spread {
  readonly median: number;
  readonly mean: number;
}

/** The attributes that the table's indexes are keyed by; a changed one costs a deletion and a put. */
const INDEXES = [['dueShard', 'dueAt'], ['email'], ['phone']] as const;

/** Looks at each commit of a profile: what it read and wrote, in the units they are billed in. */
export class Commits {
  readonly #rru: number[] = [];
  readonly #wru: number[] = [];
  readonly #indexWru: number[] = [];
  #dueMoves = 0;
  #withEffects = 0;

  constructor({ cloud, profilesTable }: LocalPerennial) {
    cloud.on('change', (table, change) => {
      if (table === profilesTable) this.#see(change);
    });
  }

  reset(): void {
    for (const list of [this.#rru, this.#wru, this.#indexWru]) list.length = 0;
    this.#dueMoves = 0;
    this.#withEffects = 0;
  }

  units(): CommitUnits {
    const commits = this.#wru.length;
    const share = (count: number) => (commits === 0 ? 0 : Math.round((count / commits) * 1_000) / 1_000);
    return {
      commits,
      rru: spreadOf(this.#rru),
      wru: spreadOf(this.#wru),
      indexWru: spreadOf(this.#indexWru),
      dueMoves: share(this.#dueMoves),
      withEffects: share(this.#withEffects),
    };
  }

  #see({ oldImage, newImage }: ItemChange): void {
    this.#rru.push(readUnits(oldImage, true));
    this.#wru.push(writeUnits(oldImage, newImage));
    this.#indexWru.push(INDEXES.reduce((sum, names) => sum + entryWrites(names, oldImage, newImage), 0));
    if (oldImage?.dueAt?.N !== newImage?.dueAt?.N) this.#dueMoves++;
    const fx = newImage?.fx?.S;
    if (fx !== undefined && decodeEffects(fx).effects.length > 0) this.#withEffects++;
  }
}

/** Entries are far below 1 KB: one unit for each that goes and one for each that comes. */
function entryWrites(names: readonly string[], from: ItemChange['oldImage'], to: ItemChange['newImage']): number {
  const entryOf = (item: typeof from) => {
    const values = names.map((name) => item?.[name]?.S ?? item?.[name]?.N);
    return values.includes(undefined) ? undefined : values.join('\n');
  };
  const [before, after] = [entryOf(from), entryOf(to)];
  if (before === after) return 0;
  return (before === undefined ? 0 : 1) + (after === undefined ? 0 : 1);
}

function spreadOf(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((a, b) => a - b);
  const total = sorted.reduce((sum, one) => sum + one, 0);
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
    mean: sorted.length === 0 ? 0 : Math.round((total / sorted.length) * 1_000) / 1_000,
  };
}
