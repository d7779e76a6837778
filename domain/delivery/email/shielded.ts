import { LIQUID_TAG, lineAt } from './bounds.ts';

/**
 * A text whose Liquid is hidden behind words of letters and digits, so that whatever reads it as markup sees words: a
 * comparison in a condition is no tag, a quote in a filter ends no attribute.
 */
export interface Shielded {
  readonly text: string;
  /** Finds the words. Made anew for each use: it has a place. */
  words(): RegExp;
  /** What a word stands for, and the line it was written in; undefined for other words. */
  behind(word: string): { readonly liquid: string; readonly line: number } | undefined;
}

export function shield(source: string): Shielded {
  let prefix = 'lqx';
  while (source.includes(prefix)) prefix += 'x';
  const hidden: { liquid: string; line: number }[] = [];
  let [line, from] = [1, 0];
  const text = source.replace(LIQUID_TAG, (liquid, index: number) => {
    line += lineAt(source.slice(from, index), index - from) - 1;
    from = index;
    return `${prefix}${hidden.push({ liquid, line }) - 1}z`;
  });
  return {
    text,
    words: () => new RegExp(`${prefix}(\\d+)z`, 'g'),
    behind: (word) => hidden[Number(word.slice(prefix.length, -1))],
  };
}

/** What is printed, and not asked or repeated. */
export const isOutput = (liquid: string): boolean => liquid.startsWith('{{');

/** With its Liquid again. @param change may put something else for a piece of Liquid, by where it stands in the text */
export const unshield = (
  text: string,
  { words, behind }: Shielded,
  change: (liquid: string, index: number) => string = (liquid) => liquid,
): string => text.replace(words(), (word, _number, index: number) => change(behind(word)?.liquid ?? '', index));
