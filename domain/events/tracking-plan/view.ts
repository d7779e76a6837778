import { utf8Length } from '../../json.ts';
import type { IsPersonal } from '../personal-names.ts';
import type { PlanSettings } from '../plan-settings.ts';
import type { SeenEvent, SeenProperty, SeenType, ValueType } from './seen-event.ts';

/** The tracking plan as the admin API shows it, what is seen most first. Times are ISO 8601 in UTC. */
export interface PlanView {
  readonly settings: PlanSettings;
  readonly events: readonly EventView[];
  readonly traits: readonly PropertyView[];
  readonly groupTraits: readonly PropertyView[];
  /** Events with names beyond the bound, which have no entry. */
  readonly more: number;
}

interface EventView {
  readonly name: string;
  readonly type: SeenType;
  readonly count: number;
  /** Of how many events the properties were looked at: their counts are out of these. */
  readonly lookedAt: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly properties: readonly PropertyView[];
  readonly more: number;
}

interface PropertyView {
  /** `a.b` is nested in `a`, `a[]` stands for the elements of a list. */
  readonly name: string;
  readonly types: Readonly<Partial<Record<ValueType, number>>>;
  readonly count: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Whether its values are masked wherever they are shown. */
  readonly personal: boolean;
  readonly values: readonly { readonly value: string; readonly count: number }[];
  readonly more: number;
}

/** An answer of a function may have 6 MB in UTF-8; a plan of five hundred full entries would have more. */
const BYTES = 4_000_000;

/** What was stored before somebody marked a property as personal is hidden here. */
export function viewPlan(
  seen: readonly SeenEvent[],
  more: number,
  settings: PlanSettings,
  isPersonal: IsPersonal,
): PlanView {
  const propertiesOf = ({ properties }: Pick<SeenEvent, 'properties'>) =>
    [...properties].map(([name, property]) => viewProperty(name, property, isPersonal(name))).sort(byCount);
  const traitsOf = (type: SeenType) => seen.filter((entry) => entry.type === type).flatMap(propertiesOf);
  let left = BYTES;
  const events = seen
    .filter(({ type }) => type !== 'identify' && type !== 'group')
    .sort(byCount)
    .map((entry): EventView => {
      const properties = propertiesOf(entry);
      left -= utf8Length(JSON.stringify(properties));
      const { name, type, count, lookedAt } = entry;
      return { name, type, count, lookedAt, ...times(entry), properties: left > 0 ? properties : [], more: entry.more };
    });
  return { settings, events, traits: traitsOf('identify'), groupTraits: traitsOf('group'), more };
}

function viewProperty(name: string, property: SeenProperty, personal: boolean): PropertyView {
  const { count, types, values, more } = property;
  const shown = personal ? [] : [...values].sort((a, b) => b[1] - a[1]);
  return {
    name,
    types: Object.fromEntries(types),
    count,
    ...times(property),
    personal,
    values: shown.map(([value, times]) => ({ value, count: times })),
    more,
  };
}

const times = ({ first, last }: Pick<SeenEvent, 'first' | 'last'>) => ({
  firstSeen: new Date(first).toISOString(),
  lastSeen: new Date(last).toISOString(),
});

const byCount = (a: { count: number; name: string }, b: { count: number; name: string }) =>
  b.count - a.count || (a.name < b.name ? -1 : 1);
