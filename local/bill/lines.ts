import type { LocalCloud } from '../cloud/cloud.ts';
import type { Metered, Unit } from '../cloud/meter/unit.ts';
import type { Resource } from '../cloud/template/stack.ts';
import { dollars } from './prices.ts';

/** One line of a bill: so many units of one thing, for one function. */
export interface BillLine {
  /** As its entry is called; of what no function does, the delivery stream. */
  readonly function: string;
  readonly unit: Unit;
  /** The table, queue, stream, bucket or bus; empty for the function itself. */
  readonly resource: string;
  readonly units: number;
  readonly usd: number;
}

/**
 * The bill's lines by what makes them grow. Only the first are a price per event: what goes by the clock costs the same
 * with a tenth of the people, and a million events lived in ten minutes would make it vanish.
 */
export interface BillLines {
  /** With every request, commit and effect. */
  readonly byUse: readonly BillLine[];
  /** With every minute: sweeps, and what workers read and write now and then for themselves. */
  readonly byClock: readonly BillLine[];
  /** With every message to a person. */
  readonly byChannel: readonly BillLine[];
}

/** What these tables are read and written for is remembered, counted or drawn up by each worker once in a while. */
const WORKERS_OWN = ['Ledger', 'Definitions'];

/** All that was metered, with the names people know. */
export function billLines(cloud: LocalCloud): BillLines {
  const names = namesOf(cloud.resources);
  const lines: Record<keyof BillLines, BillLine[]> = { byUse: [], byClock: [], byChannel: [] };
  const add = (kind: keyof BillLines, { owner, unit, resource, quantity }: Metered) => {
    if (quantity === 0) return;
    const line = { function: names(owner), unit, resource: names(resource), units: quantity };
    lines[kind].push({ ...line, usd: dollars(unit, quantity) });
  };
  const all = [...cloud.meter.metered()];
  const runs = new Map(all.filter(({ unit }) => unit === 'lambda.requests').map((one) => [one.owner, one.quantity]));
  for (const one of all) {
    const emptyRun = cloud.meter.leastRunOf(one.owner)?.of(one.unit, one.resource) ?? 0;
    const inEmptyRuns = Math.min(one.quantity, emptyRun * (runs.get(one.owner) ?? 0));
    add('byClock', { ...one, quantity: inEmptyRuns });
    add(kindOf(one, names), { ...one, quantity: one.quantity - inEmptyRuns });
  }
  return lines;
}

function kindOf({ unit, resource }: Metered, names: (physical: string) => string): keyof BillLines {
  if (unit === 'ses.recipients') return 'byChannel';
  // A delivery stream closes an object a minute, however little is in it.
  if (unit === 's3.puts' && resource !== '') return 'byClock';
  return WORKERS_OWN.includes(names(resource)) ? 'byClock' : 'byUse';
}

/** From physical names and logical ids to the names in the code: a function's entry, a construct's path in one word. */
function namesOf(resources: readonly Resource[]): (physical: string) => string {
  const known = new Map<string, string>();
  for (const { type, ref, logicalId, attributes, properties } of resources) {
    const name = logicalId.replace(/[0-9A-F]{8}$/, '');
    if (type === 'AWS::Lambda::Function') known.set(logicalId, entryOf(properties.Tags) ?? name);
    for (const physical of [ref, attributes.QueueName]) if (physical !== undefined) known.set(physical, name);
  }
  return (physical) => {
    const [first = '', ...rest] = physical.split('/');
    return [known.get(first) ?? first, ...rest].join('/');
  };
}

const entryOf = (tags: unknown): string | undefined =>
  (tags as readonly { readonly Key: string; readonly Value: string }[] | undefined)?.find(
    ({ Key }) => Key === 'perennial:function',
  )?.Value;
