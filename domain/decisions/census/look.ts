import type { ReconcileInput } from '../../state/input.ts';
import type { Profile } from '../../state/profile.ts';
import { isKnown, type UserKey } from '../../state/user-key.ts';
import { advance } from '../advance.ts';
import type { Plan } from '../plan.ts';
import { NOTHING, noCounts, type Tally } from './tally.ts';

/** Asks somebody anew because of a publish: as of the moment of the publish, whenever it reaches her. */
export const reconcileInput = (user: UserKey, { number, publishedAt }: Plan): ReconcileInput => ({
  kind: 'reconcile',
  plan: number,
  user,
  id: `publish-${number}`,
  at: publishedAt,
  cause: 'publish',
});

export interface Looked {
  readonly tally: Tally;
  /** Whoever has another answer than the one that is stored, or has to be asked again at another time. */
  readonly differing: readonly UserKey[];
}

/**
 * What a plan would make of profiles if each were asked anew: by the reducer itself, so that what is told beforehand is
 * what happens then. Nothing is written.
 */
export function lookAtAll(profiles: readonly Profile[], plan: Plan): Looked {
  const keyOf = new Map(plan.segments.all.map(({ id, key }) => [id, key]));
  const differing: UserKey[] = [];
  const sheet = emptySheet();
  for (const before of profiles) {
    const { profile: after, changed } = advance(before, [reconcileInput(before.key, plan)], plan);
    if (changed) differing.push(before.key);
    if (!isKnown(before.key)) continue;
    sheet.people++;
    const [from, to] = [before.stage?.name, after.stage?.name];
    const entered = [...after.segments.keys()].filter((id) => !before.segments.has(id));
    const left = [...before.segments.keys()].filter((id) => !after.segments.has(id));
    if (from !== to || entered.length > 0 || left.length > 0) sheet.changing++;
    for (const id of after.segments.keys()) count(sheet.members, keyOf.get(id));
    for (const id of entered) count(sheet.entering, keyOf.get(id));
    for (const id of left) count(sheet.leaving, keyOf.get(id));
    count(sheet.inStage, to);
    if (from === to) continue;
    count(sheet.leavingStage, from);
    count(sheet.enteringStage, to);
  }
  return { tally: { ...NOTHING, ...sheet, differing: differing.length }, differing };
}

type Sheet = Record<'members' | 'entering' | 'leaving' | 'inStage' | 'enteringStage' | 'leavingStage', CountsInHand> & {
  people: number;
  changing: number;
};
type CountsInHand = Record<string, number>;

const emptySheet = (): Sheet => ({
  people: 0,
  changing: 0,
  members: noCounts(),
  entering: noCounts(),
  leaving: noCounts(),
  inStage: noCounts(),
  enteringStage: noCounts(),
  leavingStage: noCounts(),
});

/** Names that are not the plan's, such as that of a segment that is gone, are left out. */
function count(counts: CountsInHand, name: string | undefined): void {
  if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
}
