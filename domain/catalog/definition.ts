/**
 * What a project decides: one thing of one type, known by its key. Its body is data; what a body may be is said by the
 * schema of its type. Other definitions refer to it by its key, so a key is never changed, only removed.
 */
export interface Definition {
  readonly type: DefinitionType;
  readonly key: string;
  readonly body: unknown;
}

/** A definition without its body. */
export type DefinitionName = Pick<Definition, 'type' | 'key'>;

/** In the order in which they are shown: what others build on comes first. */
export const DEFINITION_TYPES = [
  'settings',
  'lifecycle',
  'segment',
  'topic',
  'brand',
  'snippet',
  'place',
  'template',
  'journey',
  'campaign',
] as const;
export type DefinitionType = (typeof DEFINITION_TYPES)[number];

/** Of these a project has one, under this key. */
export const ONLY_KEY = 'default';
export const isOneOfAKind = (type: DefinitionType): boolean => type === 'settings' || type === 'lifecycle';

const PLURALS: Readonly<Record<DefinitionType, string>> = {
  settings: 'settings',
  lifecycle: 'lifecycle',
  segment: 'segments',
  topic: 'topics',
  brand: 'brands',
  snippet: 'snippets',
  place: 'places',
  template: 'templates',
  journey: 'journeys',
  campaign: 'campaigns',
};

/** The brand of templates that name none. */
export const DEFAULT_BRAND = 'default';

/** Where a definition stands in paths of problems and in a folder on disk: `segments/vip`, `lifecycle`. */
export const placeOf = ({ type, key }: DefinitionName): string =>
  isOneOfAKind(type) ? PLURALS[type] : `${PLURALS[type]}/${key}`;

/** The definition at a place, or undefined. */
export function definitionAt(place: string): DefinitionName | undefined {
  const [plural, key = ONLY_KEY, ...rest] = place.split('/');
  const type = DEFINITION_TYPES.find((one) => PLURALS[one] === plural);
  if (type === undefined || rest.length > 0 || isOneOfAKind(type) !== (place === plural)) return undefined;
  return { type, key };
}

/** One text for type and key, which no other pair has. */
export const idOf = ({ type, key }: DefinitionName): string => `${type}/${key}`;

/** How people speak of a definition: segment “vip”. */
export const titleOf = ({ type, key }: DefinitionName): string =>
  isOneOfAKind(type) ? `the ${type}` : `the ${type} “${key}”`;

export const byPlace = (a: DefinitionName, b: DefinitionName): number =>
  DEFINITION_TYPES.indexOf(a.type) - DEFINITION_TYPES.indexOf(b.type) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
