import type { Effect, GoalEffect, RunEffect, WithheldEffect } from '../decisions/effect.ts';
import { hashText } from '../hash.ts';
import type { RunGroup, RunRef } from '../state/run.ts';

/**
 * What is added to the counts of one version of a journey. Names, by which they are stored too:
 *
 * - of the journey: `entered`, `taken-over` and `handed-over` (by a newer version), `left/REASON`, `converted`,
 *   `revenue/CURRENCY` in millionths;
 * - of a step: `at/STEP/came`, `at/STEP/gone`, `at/STEP/way/WAY`, `at/STEP/withheld/REASON`, what is told of its messages
 *   (`at/STEP/sent`, `at/STEP/opened` …), and what they brought (`at/STEP/converted`, `at/STEP/revenue/CURRENCY`);
 * - of a share of a split or an experiment: `share/STEP/SHARE/converted`, `share/STEP/SHARE/revenue/CURRENCY`.
 */
export interface JourneyCount {
  readonly journey: string;
  readonly version: number;
  /** Of those who go through without messages. */
  readonly heldOut: boolean;
  /** What makes it another than all others: what is added twice under one id was meant once. */
  readonly id: string;
  readonly adds: Readonly<Record<string, number>>;
}

type Whose = Pick<RunRef, 'journey' | 'version'> & { readonly group?: RunGroup | undefined };

/** What one effect adds. Who tries a journey counts nowhere. @param id the effect's */
export function countsOfEffect(effect: Effect, id: string): readonly JourneyCount[] {
  switch (effect.kind) {
    case 'run':
      return countsOfRun(effect, id);
    case 'goal':
      return counted(effect, id, addsOfGoal(effect));
    case 'withheld':
      return effect.of === undefined ? [] : counted(effect.of, id, addsOfWithheld(effect, effect.of.step));
    default:
      return [];
  }
}

/** What is told of the message of a step: `sent`, `delivered`, `opened` … @param id what makes it another than the last */
export const countsOfMessage = (of: RunRef, told: string, id: string): readonly JourneyCount[] =>
  counted(of, id, [`at/${of.step}/${told}`]);

function countsOfRun(effect: RunEffect, id: string): readonly JourneyCount[] {
  const { version, entered, from, passed, to, left } = effect;
  const isTakenOver = from?.version !== undefined;
  const visited = [...passed.map(([step]) => step), ...(to === undefined ? [] : [to])];
  // To where she was before this moment she had come already; a version that has just taken her over has not seen her yet.
  const came =
    entered === undefined
      ? visited.slice(isTakenOver || from !== undefined ? 0 : 1)
      : [...(from === undefined ? [] : [from.step]), ...visited];
  const own = [
    ...(entered === undefined ? [] : ['entered']),
    ...(isTakenOver ? ['taken-over'] : []),
    ...came.map((step) => `at/${step}/came`),
    ...(from === undefined || isTakenOver ? [] : [`at/${from.step}/gone`]),
    ...passed.flatMap(([step, way]) => [`at/${step}/gone`, ...(way === undefined ? [] : [`at/${step}/way/${way}`])]),
    ...(left === undefined ? [] : [`left/${left}`]),
  ];
  if (from?.version === undefined) return counted(effect, id, own);
  const before = counted({ ...effect, version: from.version }, id, ['handed-over', `at/${from.step}/gone`]);
  return [...before, ...counted({ ...effect, version }, id, own)];
}

function addsOfGoal({ step, shares, revenue }: GoalEffect): readonly (string | readonly [string, number])[] {
  const places = ['', ...(step === undefined ? [] : [`at/${step}/`]), ...shares.map((share) => `share/${share}/`)];
  return places.flatMap((place) => [
    `${place}converted`,
    ...(revenue === undefined ? [] : [[`${place}revenue/${revenue.currency}`, revenue.micros] as const]),
  ]);
}

/** What only waits is still going to be told of. */
const addsOfWithheld = ({ until, reason }: WithheldEffect, step: string): readonly string[] =>
  until === undefined ? [`at/${step}/withheld/${reason}`] : [];

function counted(
  { journey, version, group }: Whose,
  id: string,
  all: readonly (string | readonly [string, number])[],
): readonly JourneyCount[] {
  if (group === 'test' || all.length === 0) return [];
  const adds: Record<string, number> = {};
  for (const one of all) {
    const [name, by] = typeof one === 'string' ? [one, 1] : one;
    adds[name] = (adds[name] ?? 0) + by;
  }
  return [{ journey, version, heldOut: group === 'holdout', id, adds }];
}

/** How much one write takes: an expression of DynamoDB may have 4 KB. */
const MOST_NAMES = 100;

/** The same counts in as few pieces as can be: one for each version of a journey, unless it is too much for one write. */
export function countsTogether(counts: readonly JourneyCount[]): readonly JourneyCount[] {
  const byWhose = new Map<string, JourneyCount[]>();
  for (const count of counts) {
    const whose = `${count.journey}/${count.version}/${count.heldOut}`;
    byWhose.set(whose, [...(byWhose.get(whose) ?? []), count]);
  }
  return [...byWhose.values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const adds = new Map<string, number>();
    for (const one of all)
      for (const [name, by] of Object.entries(one.adds)) adds.set(name, (adds.get(name) ?? 0) + by);
    const names = [...adds];
    const id = all.length === 1 ? first.id : hashText(all.map((one) => one.id).join());
    const pieces = Math.ceil(names.length / MOST_NAMES);
    return Array.from({ length: pieces }, (_, piece) => ({
      ...{ ...first, id: pieces === 1 ? id : `${id}-${piece}` },
      adds: Object.fromEntries(names.slice(piece * MOST_NAMES, (piece + 1) * MOST_NAMES)),
    }));
  });
}
