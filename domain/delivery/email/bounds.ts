/**
 * What a template may take. Templates are a project's own, but what they print comes from outside; and a mistake in one must not
 * hold up everybody's messages. Time is bounded in steps and not by a clock: the same template with the same data always ends
 * the same way.
 */

/** Characters of a template, its snippets in place. */
export const LONGEST_TEMPLATE = 500_000;
/** Reading an expression takes the square of its length: at 100,000 characters half a minute. */
const LONGEST_TAG = 2_000;
const MOST_TAGS = 5_000;
/** Tags, outputs and pieces of text in between, each time they are come by: milliseconds of work. */
const MOST_STEPS = 50_000;
/** Characters and list members that filters and ranges may make. */
export const MOST_MADE = 2_000_000;
/** Characters printed: mail programs cut what is longer than 100 KB, so five times that is a mistake. */
export const LONGEST_OUTPUT = 500_000;

export interface Unreadable {
  readonly outcome: 'syntax';
  readonly line: number;
  readonly message: string;
}

/** Tags and outputs, also those that nobody closed. */
export const LIQUID_TAG = /\{\{[^}]*(?:\}(?!\})[^}]*)*(?:\}\}|$)|\{%[^%]*(?:%(?!\})[^%]*)*(?:%\}|$)/g;

/** What is too much to be read at all, whatever it says. */
export function tooMuch(source: string): Unreadable | undefined {
  if (source.length > LONGEST_TEMPLATE)
    return {
      outcome: 'syntax',
      line: 1,
      message: 'this is too long, with its snippets in place and its MJML compiled',
    };
  let tags = 0;
  for (const { 0: tag, index } of source.matchAll(LIQUID_TAG)) {
    const line = () => lineAt(source, index);
    if (tag.length > LONGEST_TAG)
      return {
        outcome: 'syntax',
        line: line(),
        message: `a tag has at most ${LONGEST_TAG.toLocaleString('en')} characters`,
      };
    if (++tags > MOST_TAGS)
      return {
        outcome: 'syntax',
        line: line(),
        message: `at most ${MOST_TAGS.toLocaleString('en')} tags can be in one text`,
      };
  }
  return undefined;
}

/** From 1. */
export const lineAt = (source: string, index: number): number => source.slice(0, index).split('\n').length;

class TooLong extends Error {}
class TooMuchWork extends Error {}

/** Takes the place of Liquid's own limit of time: asked before each step. */
export class Steps {
  #left = MOST_STEPS;
  check(): void {
    if (this.#left-- <= 0) throw new TooMuchWork('too many steps');
  }
}

/** Where Liquid prints to. */
export class BoundedOutput {
  buffer = '';
  write(piece: unknown): void {
    const text = String(piece);
    if (this.buffer.length + text.length > LONGEST_OUTPUT) throw new TooLong('too long');
    this.buffer += text;
  }
}

export type Failure = 'too-long' | 'too-much-work' | 'failed';

/** What a rendering has failed by. */
export function failureOf(error: unknown): Failure {
  const cause = (error as { readonly originalError?: unknown }).originalError ?? error;
  if (cause instanceof TooLong) return 'too-long';
  if (cause instanceof TooMuchWork || String((cause as Error).message).includes('limit exceeded'))
    return 'too-much-work';
  return 'failed';
}
