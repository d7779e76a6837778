import { openSource, type Source } from '../../domain/events/source.ts';
import { problemsOfSource } from '../../domain/events/source-checks.ts';
import { isJsonObject } from '../../domain/json.ts';

/**
 * The source and key that somebody wants to try on the laptop, or what is wrong with them:
 * `{"id","key","kind","identity"?,"identitySecret"?,"origins"?,"eventsPerSecond"?,"eventsPerDay"?}`.
 */
export function sourceOf(body: unknown): { readonly source: Source; readonly key: string } | string {
  if (!isJsonObject(body)) return 'Send {"id":"web","kind":"client","key":"wk_web"} and the rules to try.';
  const { id, key, kind, identitySecret, ...rules } = body;
  if (typeof key !== 'string' || key === '' || key.length > 200) return 'The key is a text of up to 200 characters.';
  const { origins = [] } = rules;
  if (!Array.isArray(origins) || !origins.every((origin) => typeof origin === 'string'))
    return 'The origins are a list of texts.';
  const source = {
    ...openSource(String(id), kind as Source['kind']),
    ...rules,
    origins,
    ...(typeof identitySecret === 'string' && { identitySecrets: [{ secret: identitySecret }] }),
  } as Source;
  const problems = problemsOfSource(source);
  return problems.length > 0 ? problems.join(' ') : { source, key };
}
