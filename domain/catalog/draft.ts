import type { Definition } from './definition.ts';

/** A definition somebody is working on. It is kept as it is written, right or wrong. */
export interface Draft extends Definition {
  /** Rises with each time it is saved: who saves says which one she has seen. */
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly by: { readonly subject: string; readonly name: string };
  /** The address of what was live when the draft was begun; undefined when nothing was. */
  readonly base?: string;
}
