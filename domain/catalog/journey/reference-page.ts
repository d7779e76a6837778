import type { DefinitionType } from '../definition.ts';
import { jsonSchemaOf } from '../schemas.ts';

/** As much of JSON Schema as ours are made of. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly exclusiveMinimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

const INTRODUCTION = `# Journeys: every rule, entry and step

What a definition of a journey or a campaign may say; [journeys.md](journeys.md) tells how it behaves together. A member
with a \`?\` may be left out. Durations are written as \`PT1H\` or \`P3D\`, days as \`2026-11-30\`, times of day as \`09:30\`,
moments as \`2026-11-30T09:00:00+01:00\`; conditions and filters are those of [segments](segments.md).

This page is made of the schemas in \`domain/catalog/journey/\` and \`campaign/\` (a test keeps them the same): what is missing
here is missing there.
`;

/** All that can be said of journeys and campaigns, as docs/journeys-reference.md. */
export function referencePage(): string {
  const { $defs = {} } = schemaOf('journey');
  return [
    INTRODUCTION,
    '## A journey\n',
    ...tableOf($defs.Journey ?? {}),
    '\n## Entries\n\nAny of them takes somebody in; `type` says which one it is.',
    ...kindsOf($defs.JourneyEntry),
    '\n## Steps\n\nEach but `exit` says with `next` which one follows, or has names of its own for its ways. `title` and `note` are for people.',
    ...kindsOf($defs.JourneyStep),
    '\n## A campaign\n\nA journey of one message with a form of its own.\n',
    ...tableOf(schemaOf('campaign').$defs?.Campaign ?? {}),
    '',
  ].join('\n');
}

const schemaOf = (type: DefinitionType): Schema => jsonSchemaOf(type) as Schema;

const kindsOf = (kinds: Schema | undefined): readonly string[] =>
  (kinds?.oneOf ?? []).flatMap((kind) => {
    const rows = tableOf(kind);
    return [
      `\n### \`${kind.properties?.type?.const}\`\n\n${kind.description}.`,
      ...(rows.length > 0 ? ['', ...rows] : []),
    ];
  });

/** Said once for all of them. */
const EVERYWHERE: ReadonlySet<string> = new Set(['type', 'title', 'note']);

function tableOf(schema: Schema): readonly string[] {
  const rows = rowsOf(schema, '').filter(({ name }) => !EVERYWHERE.has(name.replace('?', '')));
  if (rows.length === 0) return [];
  return [
    '| member | takes | |',
    '| --- | --- | --- |',
    ...rows.map(({ name, takes, does }) => `| \`${name}\` | ${takes} | ${does} |`),
  ];
}

interface Row {
  readonly name: string;
  readonly takes: string;
  readonly does: string;
}

/** A member, and those below it that have something to say of their own. */
function rowsOf({ properties = {}, required = [] }: Schema, prefix: string): readonly Row[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    const own = {
      name: `${path}${required.includes(name) ? '' : '?'}`,
      takes: takenBy(schema),
      does: schema.description ?? '',
    };
    const [inside, mark] = schema.items === undefined ? [schema, '.'] : [schema.items, '[].'];
    const below = (inside.anyOf ?? [inside]).flatMap((one) => (isSaid(one) ? rowsOf(one, path + mark) : []));
    const isFirst = (row: Row, place: number) => below.findIndex((one) => one.name === row.name) === place;
    return [own, ...below.filter(isFirst)];
  });
}

/** Whether some member's name alone does not say what it takes. */
const isSaid = ({ properties = {} }: Schema): boolean =>
  Object.values(properties).some(
    ({ description, format, properties: own, maximum }) =>
      description !== undefined || format === 'date-time' || own !== undefined || maximum !== undefined,
  );

/** By the names under which schemas refer to others, and by the patterns of texts. */
const WORDS: readonly (readonly [means: RegExp, words: string])[] = [
  [/Expression$|__schema/, 'a condition'],
  [/Filter$/, 'a filter'],
  [/JourneyEntry$/, 'an entry'],
  [/JourneyStep$/, 'a step'],
  [/^\^\[a-z\]/, 'a key'],
  [/^\^\\d\{4\}/, 'a day'],
  [/^\^\(\?:\[01\]/, 'a time of day'],
];

const worded = (text: string): string | undefined => WORDS.find(([means]) => means.test(text))?.[1];

function takenBy(schema: Schema): string {
  const { $ref, anyOf, items, type, format, pattern } = schema;
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${one}\``).join(', ');
  if ($ref !== undefined) return worded($ref) ?? $ref;
  if (anyOf !== undefined) return anyOf.map(takenBy).join(' or ');
  if (items !== undefined) return `a list${upTo(schema.maxItems)}: ${takenBy(items)}`;
  switch (type) {
    case 'object':
      return shapeOf(schema);
    case 'boolean':
      return '`true`, `false`';
    case 'null':
      return '`null`';
    case 'integer':
    case 'number':
      return rangeOf(schema);
    default:
      return format === 'duration'
        ? 'a duration'
        : format === 'date-time'
          ? 'a moment'
          : (worded(pattern ?? '') ?? `a text${upTo(schema.maxLength)}`);
  }
}

/** Characters, or items. */
const upTo = (most: number | undefined): string => (most === undefined ? '' : ` of up to ${most}`);

function shapeOf({ properties, required = [] }: Schema): string {
  if (properties === undefined) return 'values by their names';
  const names = Object.keys(properties).map((name) => `${name}${required.includes(name) ? '' : '?'}`);
  return `\`{ ${names.join(', ')} }\``;
}

function rangeOf({ type, minimum, exclusiveMinimum, maximum }: Schema): string {
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  if (exclusiveMinimum !== undefined && maximum !== undefined)
    return `more than ${exclusiveMinimum}, at most ${maximum}`;
  return minimum === undefined || maximum === undefined ? kind : `${minimum} to ${maximum}`;
}
