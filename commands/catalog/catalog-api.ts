import type { Definition, DefinitionName } from '../../domain/catalog/definition.ts';
import type { Problem } from '../../domain/catalog/problems/problem.ts';

/** The catalog of one stage, over HTTP. */
export interface CatalogApi {
  /**
   * Everything live with what it says; if asked, with drafts in the place of what they would change, and with what comes
   * with Perennial where nothing was published in its place.
   */
  everything(wish?: {
    readonly drafts?: boolean;
    readonly builtIn?: boolean;
  }): Promise<{ readonly number: number; readonly definitions: readonly Definition[] }>;
  /** By type and key: what is known of the drafts there are. */
  drafts(): Promise<readonly DraftEntry[]>;
  check(
    definitions: readonly Definition[],
    remove: readonly DefinitionName[],
  ): Promise<{ readonly ready: boolean; readonly problems: readonly Problem[] }>;
  /** Saves a draft over the revision that was seen (0: none). */
  save(definition: Definition, revision: number): Promise<void>;
  publish(wish: PublishWish): Promise<PublishOutcome>;
}

export interface DraftEntry extends DefinitionName {
  readonly revision: number;
  readonly by: string;
  readonly savedAt: string;
}

export interface PublishWish {
  readonly items: readonly DefinitionName[];
  readonly remove: readonly DefinitionName[];
  readonly expect: number;
  readonly note?: string | undefined;
  readonly startJourneys: boolean;
  readonly fill: boolean;
}

export type PublishOutcome =
  | {
      readonly outcome: 'published';
      readonly number: number;
      readonly job: string | null;
      readonly backfillJob: string | null;
    }
  | { readonly outcome: 'proposed'; readonly proposal: string };

/** The API has refused: its message is for whoever typed the command. */
export class Refused extends Error {
  readonly problems: readonly Problem[];

  constructor(detail: string, problems: readonly Problem[] = []) {
    super(detail);
    this.problems = problems;
  }
}

const TOKEN_REFUSED =
  'The token was refused: is PERENNIAL_TOKEN of this stage, and not of an earlier `npm start`? Tokens also run out.';

/** @param url of the stage's API, with or without a slash at its end */
export function httpCatalogApi(url: string, token: string): CatalogApi {
  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url.replace(/\/+$/, '')}/api/catalog/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // The gateway gives up after 30 s.
      signal: AbortSignal.timeout(35_000),
    });
    const json = jsonOf(await answer.text());
    if (answer.ok) return json as T;
    // The gateway's own answer, which says no more.
    if (answer.status === 401) throw new Refused(TOKEN_REFUSED);
    const { detail = `it answered ${answer.status}`, problems } = (json ?? {}) as Partial<Refusal>;
    throw new Refused(detail, problems);
  }

  return {
    async everything({ drafts = false, builtIn = false } = {}) {
      const definitions: Definition[] = [];
      let cursor: string | null = null;
      let number = 0;
      do {
        const query = new URLSearchParams({
          drafts: String(drafts),
          ...(builtIn && { builtIn: 'true' }),
          ...(cursor !== null && { cursor }),
        });
        const page: Exported = await ask('GET', `export?${query}`);
        definitions.push(...page.definitions);
        ({ number, next: cursor } = page);
      } while (cursor !== null);
      return { number, definitions };
    },

    async drafts() {
      const { definitions } = await ask<{ readonly definitions: readonly Listed[] }>('GET', 'definitions');
      return definitions.flatMap(({ type, key, draft }) => (draft === null ? [] : [{ type, key, ...draft }]));
    },

    check: (definitions, remove) => ask('POST', 'check', { definitions, remove }),

    async save({ type, key, body }, revision) {
      await ask('PUT', `drafts/${type}/${key}`, { body, revision });
    },

    publish: (wish) => ask('POST', 'publish', wish),
  };
}

interface Exported {
  readonly number: number;
  readonly definitions: readonly Definition[];
  readonly next: string | null;
}

interface Listed extends DefinitionName {
  readonly draft: Omit<DraftEntry, keyof DefinitionName> | null;
}

interface Refusal {
  readonly detail: string;
  readonly problems: readonly Problem[];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
