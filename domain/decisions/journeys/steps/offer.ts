import type { StepOf } from '../../../catalog/journey/step.ts';
import type { CustomerEvent } from '../../../events/event.ts';
import { hash48 } from '../../../hash.ts';
import { propertyReader } from '../../expressions/comparisons.ts';
import { propertiesOf } from '../../expressions/counter.ts';
import type { CompiledStep } from '../compile.ts';
import { type Draft, noteDown, noteMore, noteOf } from '../draft.ts';
import type { Moment, Outcome } from '../moment.ts';
import { isSign } from '../signs.ts';

/** Gives her a code, unless she has used the one of the step it hangs on. */
export function offer(at: CompiledStep, step: StepOf<'offer'>, draft: Draft, { now }: Moment): Outcome {
  const { unless, redeemed, next } = step;
  if (unless !== undefined && redeemed !== undefined && noteOf(draft.run, unless)?.redeemed !== undefined)
    return { to: redeemed, way: 'redeemed' };
  noteDown(draft, { step: at.id, at: now, code: codeOf(at, step, draft), expires: now + at.length });
  return { to: next, way: 'given' };
}

/** Read aloud and typed in: without letters that look like others. */
const LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** The same for the same run and step, so that what is decided again is the same code. */
function codeOf({ id }: CompiledStep, { code }: StepOf<'offer'>, { run, journey }: Draft): string {
  if ('shared' in code) return code.shared;
  const { prefix = '', characters } = 'generated' in code ? code.generated : { characters: 10 };
  let letters = '';
  for (let n = 0; letters.length < characters; n++) {
    let hash = hash48(`${journey.key}/${run.id}/${id}/${n}`);
    // Eight letters use less than 40 of its 48 bits.
    for (let i = 0; i < 8 && letters.length < characters; i++) {
      letters += LETTERS.charAt(hash % LETTERS.length);
      hash = Math.floor(hash / LETTERS.length);
    }
  }
  return prefix + letters;
}

/** Notes which of her codes an event redeems, in time. */
export function noteRedeemed(draft: Draft, event: CustomerEvent): void {
  for (const { step, code, expires = 0, redeemed } of draft.run.notes) {
    if (code === undefined || redeemed !== undefined || event.time > expires) continue;
    const compiled = draft.version.steps.get(step);
    if (compiled?.step.type !== 'offer' || compiled.redeemedBy === undefined) continue;
    if (!isSign(compiled.redeemedBy, event)) continue;
    const used = propertyReader(compiled.step.redeemedBy.property)(propertiesOf(event));
    if (isCode(used, code)) noteMore(draft, step, (note) => ({ ...note, redeemed: event.time }));
  }
}

/** People type codes in as they like; orders may have a list of them. */
const isCode = (used: unknown, code: string): boolean =>
  Array.isArray(used)
    ? used.some((one) => isCode(one, code))
    : typeof used === 'string' && used.trim().toUpperCase() === code.toUpperCase();
