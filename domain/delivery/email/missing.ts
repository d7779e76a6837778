import type { NamedVariable } from './liquid.ts';

/** Names that are asked for in vain, each once: `person.traits.plan`. */
export function missingIn(
  variables: readonly NamedVariable[],
  scope: Readonly<Record<string, unknown>>,
): readonly string[] {
  const missing = variables.filter(({ segments }) => isMissing(segments, scope));
  return [...new Set(missing.map(({ segments }) => segments.join('.')))];
}

/** What Liquid tells of lists and texts, which is not among their properties. */
const COMPUTED: ReadonlySet<string> = new Set(['size', 'first', 'last']);

function isMissing(segments: readonly string[], scope: unknown): boolean {
  let at = scope;
  for (const segment of segments) {
    if (COMPUTED.has(segment)) return false;
    if (typeof at !== 'object' || at === null) return at === undefined || at === null;
    at = Object.hasOwn(at, segment) ? (at as Readonly<Record<string, unknown>>)[segment] : undefined;
  }
  return at === undefined || at === null || at === '';
}
