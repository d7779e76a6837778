/** Whether a text is what the pattern says: `*` stands for any characters or none, `?` for exactly one. */
export type Matcher = (text: string) => boolean;

export function wildcard(pattern: string, { ignoreCase = false } = {}): Matcher {
  if (pattern === '*') return () => true;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
  return (text) => expression.test(text);
}

const FIELDS = 6;

/**
 * AWS compares an ARN field by field: a wildcard ends at the colon, except in the last field, which is the resource and
 * may have colons and slashes of its own. Fields that a pattern leaves out at its end stand for anything.
 */
export function arnPattern(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  const given = fieldsOf(pattern);
  const matchers = Array.from({ length: FIELDS }, (_, index) => wildcard(given[index] ?? '*'));
  return (arn) => {
    const fields = fieldsOf(arn);
    return matchers.every((matches, index) => matches(fields[index] ?? ''));
  };
}

function fieldsOf(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= FIELDS ? parts : [...parts.slice(0, FIELDS - 1), parts.slice(FIELDS - 1).join(':')];
}
