import { openSource, type Source } from '../../domain/events/source.ts';
import { problemsOfSource } from '../../domain/events/source-checks.ts';
import { isJsonObject } from '../../domain/json.ts';

const FIELDS = [
  ...['id', 'key', 'kind', 'identity', 'identitySecret', 'origins', 'activity'],
  ...['eventsPerSecond', 'eventsPerDay'],
];
const USE = `Send {"id":"web","kind":"client","key":"wk_web"} and the rules to try: ${FIELDS.slice(3).join(', ')}.`;

/** The source and key that somebody wants to try on the laptop, or what is wrong with them. */
export function sourceOf(body: unknown): { readonly source: Source; readonly key: string } | string {
  if (!isJsonObject(body) || body.id === undefined) return USE;
  const unknown = Object.keys(body).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) return `There is no "${unknown.slice(0, 50)}". ${USE}`;
  const { id, key, kind, identitySecret, origins = [], activity = false, ...rules } = body;
  if (typeof key !== 'string' || key === '' || key.length > 200) return 'The key is a text of up to 200 characters.';
  if (!Array.isArray(origins) || !origins.every((origin) => typeof origin === 'string'))
    return 'The origins are a list of texts.';
  if (typeof activity !== 'boolean') return 'Activity is true or false: whether what a server sends is what people do.';
  if ((rules.identity === 'signed') !== (typeof identitySecret === 'string' && identitySecret !== ''))
    return 'A signed source has an "identitySecret", a text that user tokens are made with; an open one has none.';
  const source = {
    ...openSource(String(id), kind as Source['kind']),
    ...rules,
    origins,
    ...(activity && { activity }),
    identitySecrets: typeof identitySecret === 'string' ? [{ secret: identitySecret }] : [],
  } as Source;
  const problems = problemsOfSource(source);
  return problems.length > 0 ? problems.join(' ') : { source, key };
}
