import type { Definition } from '../../domain/catalog/definition.ts';
import { idOf } from '../../domain/catalog/definition.ts';
import type { Halt, LiveCatalog, LiveJourney } from '../../domain/catalog/live-catalog.ts';
import { readDefinition } from '../../domain/catalog/problems/read.ts';
import { liveCatalogOf } from '../../domain/catalog/releases/live.ts';
import {
  filledRelease,
  haltingRelease,
  nextRelease,
  type Publication,
  type PublishedRelease,
} from '../../domain/catalog/releases/next-release.ts';
import { type Release, SYSTEM } from '../../domain/catalog/releases/release.ts';
import type { CheckedDefinition } from '../../domain/catalog/schemas.ts';
import { compilePlan } from '../../domain/decisions/plan.ts';
import { UTC } from '../../domain/zone.ts';
import { START } from './people.ts';

/** Releases one after the other, as they would be stored. Whatever is live can be carried out, or it throws. */
export class Releases {
  readonly #parts = new Map<string, unknown>();
  #current: PublishedRelease | undefined;
  now = START;

  /** All that shall be live. */
  publishes(definitions: readonly Definition[], how: Partial<Publication> = {}): LiveCatalog {
    const checked = definitions.map(checkedOf);
    for (const { body } of checked) this.#parts.set(JSON.stringify(body), body);
    const partOf = (name: Pick<Definition, 'type' | 'key'>) =>
      JSON.stringify(checked.find((one) => idOf(one) === idOf(name))?.body);
    const release = nextRelease(this.#current, {
      ...{ definitions: checked, partOf, publishedAt: this.now, by: SYSTEM, startJourneys: false, fill: true },
      ...how,
    });
    return this.#isLive(release, checked);
  }

  /** @param how undefined: it goes on */
  halts(key: string, how: Halt | undefined): LiveCatalog {
    const at = { publishedAt: this.now, by: SYSTEM };
    return this.#isLive(haltingRelease(this.#known(), key, how && { how, since: this.now }, at));
  }

  /** All that counts for the release of this number is counted. */
  fills(number: number): LiveCatalog {
    const current = this.#known();
    const ids = current.release.registry.counters.filter((one) => one.backfill === number).map(({ id }) => id);
    const release = filledRelease(current, new Set(ids), this.now, SYSTEM);
    return release === undefined ? this.live() : this.#isLive(release);
  }

  get release(): Release {
    return this.#known().release;
  }

  live(): LiveCatalog {
    const live = liveCatalogOf(this.release, ({ part }) => this.#parts.get(part));
    compilePlan(live, UTC);
    return live;
  }

  #isLive(release: Release, definitions = this.#current?.definitions ?? []): LiveCatalog {
    this.#current = { name: `${release.number}`, release, definitions };
    return this.live();
  }

  #known(): PublishedRelease {
    if (this.#current === undefined) throw new Error('Nothing is live');
    return this.#current;
  }
}

function checkedOf(definition: Definition): CheckedDefinition {
  const read = readDefinition(definition);
  if (read.outcome === 'problems') throw new Error(JSON.stringify(read.problems));
  return read.value;
}

/** The journey of a key that is published; throws when there is none. */
export function journeyNamed({ journeys = [] }: LiveCatalog, key: string): LiveJourney {
  const found = journeys.find((one) => one.key === key);
  if (found === undefined) throw new Error(`There is no journey ${key}`);
  return found;
}
