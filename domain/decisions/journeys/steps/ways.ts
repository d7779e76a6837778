import type { StepOf } from '../../../catalog/journey/step.ts';
import { shareOf } from '../chance.ts';
import type { CompiledStep } from '../compile.ts';
import { type Draft, noteDown } from '../draft.ts';
import { chanceOf, type Moment, type Outcome } from '../moment.ts';
import { hasBecome } from './signs-of-way.ts';

/** The first way whose condition holds. */
export function branch(at: CompiledStep, step: StepOf<'branch'>, draft: Draft, { profile, now }: Moment): Outcome {
  const place = step.branches.findIndex((way, n) => {
    if ('message' in way) return hasBecome(draft, way.message);
    const sign = at.signs[n];
    return sign !== undefined && 'holds' in sign && sign.holds(profile, now, now + 1).value;
  });
  const way = step.branches[place];
  return way === undefined ? { to: step.otherwise, way: 'otherwise' } : { to: way.next, way: String(place) };
}

/** By chance, the same for the same person each time she comes here. */
export function split(at: CompiledStep, step: StepOf<'split'>, draft: Draft, moment: Moment): Outcome {
  const share = shareOf(chanceOf(draft, moment, at.id), step.shares) ?? step.shares.at(-1);
  if (share === undefined) throw new Error(`The split ${at.id} has no shares`);
  noteDown(draft, { step: at.id, at: moment.now, share: share.name });
  return { to: share.next, way: share.name };
}

/** Where the holdout of an experiment stands in counts and notes. */
const HOLDOUT = 'holdout';

export function experiment(at: CompiledStep, step: StepOf<'experiment'>, draft: Draft, moment: Moment): Outcome {
  const { variants, holdout } = step;
  // Last, so that its size can change and the others keep their people.
  const shares = [...variants, ...(holdout === undefined ? [] : [{ name: HOLDOUT, ...holdout }])];
  const share = shareOf(chanceOf(draft, moment, at.id), shares) ?? shares.at(-1);
  if (share === undefined) throw new Error(`The experiment ${at.id} has no variants`);
  noteDown(draft, { step: at.id, at: moment.now, share: share.name });
  return { to: share.next, way: share.name };
}
