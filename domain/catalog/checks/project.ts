import { DEFAULT_LIFECYCLE } from '../default-lifecycle.ts';
import type { DefinitionName, DefinitionType } from '../definition.ts';
import { idOf } from '../definition.ts';
import type { LifecycleBody } from '../lifecycle.ts';
import type { CheckedDefinition, CheckedOf } from '../schemas.ts';

/** All definitions that would be live together. */
export class Project {
  readonly #byId: ReadonlyMap<string, CheckedDefinition>;

  constructor(definitions: Iterable<CheckedDefinition>) {
    this.#byId = new Map([...definitions].map((definition) => [idOf(definition), definition]));
  }

  get all(): readonly CheckedDefinition[] {
    return [...this.#byId.values()];
  }

  has(name: DefinitionName): boolean {
    return this.#byId.has(idOf(name));
  }

  find(name: DefinitionName): CheckedDefinition | undefined {
    return this.#byId.get(idOf(name));
  }

  of<Type extends DefinitionType>(type: Type): readonly CheckedOf<Type>[] {
    return this.all.filter((definition): definition is CheckedOf<Type> => definition.type === type);
  }

  get lifecycle(): LifecycleBody {
    return this.of('lifecycle')[0]?.body ?? DEFAULT_LIFECYCLE;
  }

  /** The names of all stages a person can be in. */
  get stages(): ReadonlySet<string> {
    const { stages, otherwise } = this.lifecycle;
    return new Set([...stages.map(({ name }) => name), otherwise]);
  }

  /** The names of all that can end by itself; the app is what people uninstall. */
  get ends(): ReadonlySet<string> {
    return new Set(['app', ...(this.lifecycle.ends ?? DEFAULT_LIFECYCLE.ends ?? []).map(({ name }) => name)]);
  }
}

/** What a project is checked against: what its stage has set up, and what its apps were seen to send. */
export interface Surroundings {
  /** The deployment's. */
  readonly zone: string;
  /** Channels that messages can go out on. */
  readonly channels: ReadonlySet<string>;
  /** Names of this stage's bindings: `sender/news`. */
  readonly bindings: ReadonlySet<string>;
  /** Scores that are there without anybody's settings. */
  readonly scores: ReadonlySet<string>;
  /** Names of drafts that are not live and were not chosen. */
  readonly drafts: ReadonlySet<string>;
  readonly seen: SeenEvents;
  /** The traits that apps were seen to tell of people, while all of them had room in the plan. */
  readonly traits?: ReadonlySet<string>;
}

/** The tracking plan, as far as definitions name it; events by their names. */
export type SeenEvents = ReadonlyMap<string, SeenNames>;

export interface SeenNames {
  /** When it last came (ms). */
  readonly last: number;
  /** Those seen, while all of them had room in the plan. */
  readonly properties?: ReadonlySet<string>;
}
