import { LONGEST_TEMPLATE } from './bounds.ts';
import { chooseLocale } from './locale.ts';

/** What a snippet says, by language. */
export interface SnippetTexts {
  readonly locales: Readonly<Record<string, string>>;
  readonly fallback?: string | undefined;
}

/** `{% snippet "legal" %}`. */
const SNIPPET = /\{%-?\s*snippet\s+(["'])([a-z][a-z\d-]{0,63})\1\s*-?%\}/g;

/** The keys of the snippets that a text names, in their order. */
export const snippetsIn = (text: string): readonly string[] => [...text.matchAll(SNIPPET)].map(([, , key = '']) => key);

/** Without what names snippets; lines stay where they are. */
export const withoutSnippets = (text: string): string =>
  text.replace(SNIPPET, (tag) => '\n'.repeat(tag.split('\n').length - 1));

/** Snippets name others; none names itself, not even by others, when it is published. */
const DEEPEST = 10;

/**
 * A text with its snippets in their places, each in the text's language or the nearest there is. Undefined when it becomes
 * too long: a few snippets that name each other twice are enough for that.
 */
export function inPlace(
  text: string,
  locale: string,
  find: (key: string) => SnippetTexts | undefined,
  depth = 0,
): string | undefined {
  let tooLong = depth > DEEPEST;
  let length = text.length;
  const placed = text.replace(SNIPPET, (_tag, _quote, key: string) => {
    const snippet = find(key);
    if (snippet === undefined || tooLong) return '';
    const chosen = chooseLocale(locale, Object.keys(snippet.locales), snippet.fallback);
    const content = inPlace(snippet.locales[chosen] ?? '', locale, find, depth + 1);
    length += content?.length ?? 0;
    tooLong ||= content === undefined || length > LONGEST_TEMPLATE;
    return tooLong ? '' : (content ?? '');
  });
  return tooLong ? undefined : placed;
}
