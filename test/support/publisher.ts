import type { Definition } from '../../domain/catalog/definition.ts';
import type { Expression } from '../../domain/catalog/expression.ts';
import type { Laptop } from './laptop.ts';

interface Published {
  readonly number: number;
  /** Has everybody looked at, where that is needed. */
  readonly job?: string;
}

/** Somebody who publishes, over the admin API. */
export class Publisher {
  readonly #laptop: Laptop;
  #number = 0;

  constructor(laptop: Laptop) {
    this.#laptop = laptop;
  }

  /** Makes segments live as they are given; those of before stay. */
  segments(segments: Readonly<Record<string, Expression>>): Promise<Published> {
    return this.definitions(
      Object.entries(segments).map(([key, where]) => ({ type: 'segment', key, body: { name: key, where } })),
    );
  }

  /** Makes definitions live as they are given; what else was live stays. */
  async definitions(definitions: readonly Definition[]): Promise<Published> {
    // A new draft each time: publishing takes the one before away.
    for (const { type, key, body } of definitions)
      await this.send('PUT', `/api/catalog/drafts/${type}/${key}`, { body, revision: 0 });
    const items = definitions.map(({ type, key }) => ({ type, key }));
    const published = await this.send<Published>('POST', '/api/catalog/publish', { items, expect: this.#number });
    this.#number = published.number;
    return published;
  }

  /** Throws what the API refuses. */
  async send<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.#laptop.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#laptop.perennial.adminToken}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  }
}
