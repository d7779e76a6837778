import { hashText } from '../../../hash.ts';
import type { JsonObject } from '../../../json.ts';
import { type Traits, withTraits } from '../../../state/traits.ts';
import type { CompiledStep } from '../compile.ts';
import type { Draft } from '../draft.ts';
import { keyIn } from '../entrances.ts';
import type { Moment, Outcome } from '../moment.ts';
import { call, lookAtCall } from './call.ts';
import { offer } from './offer.ts';
import { lookAtWait } from './wait-for.ts';
import { waitsUntil } from './waits.ts';
import { branch, experiment, split } from './ways.ts';

/** What is done when somebody comes to a step. */
export function arriveAt(at: CompiledStep, draft: Draft, moment: Moment): Outcome {
  const { step } = at;
  switch (step.type) {
    case 'message':
      return 'asks';
    case 'wait':
    case 'wait-until':
    case 'wait-for-best-hour':
      return overAt(waitsUntil(at, step, draft.run.since, draft, moment), step.next, moment);
    case 'wait-for':
      return lookAtWait(at, step, draft, moment, true);
    case 'branch':
      return branch(at, step, draft, moment);
    case 'split':
      return split(at, step, draft, moment);
    case 'experiment':
      return experiment(at, step, draft, moment);
    case 'offer':
      return offer(at, step, draft, moment);
    case 'set-trait':
      moment.profile.traits = traitsAfter(step.traits, `${draft.run.id}/${at.id}`, moment);
      return { to: step.next };
    case 'webhook':
    case 'handoff':
      return call(at, step, draft, moment);
    case 'enter-journey': {
      const { journeys, now, entrances } = moment;
      const journey = journeys.byKey.get(step.journey);
      const because = `the journey “${draft.journey.key}”`;
      const { about, group } = draft.run;
      const isTest = group === 'test';
      // A try of several journeys is one: it ends as a whole.
      const happened = isTest ? draft.run.happened : now;
      const entrance = { because, happened, known: now, properties: about, isTest };
      if (journey !== undefined) entrances.push({ journey, ...entrance, key: keyIn(journey, about) });
      return { to: step.next };
    }
    case 'exit':
      return 'leaves';
  }
}

/** What comes of looking again at somebody who stays at a step. */
export function lookAtStep(at: CompiledStep, draft: Draft, moment: Moment): Outcome {
  const { step } = at;
  switch (step.type) {
    case 'wait':
    case 'wait-until':
    case 'wait-for-best-hour':
      return overAt(draft.run.until, step.next, moment);
    case 'wait-for':
      return lookAtWait(at, step, draft, moment);
    case 'webhook':
    case 'handoff':
      return lookAtCall(at, step, draft, moment);
    // Her message waits in the profile, or is asked for once more: the journey was paused, or another one was published.
    case 'message':
      return moment.profile.waiting.some(
        ({ of, decidedAt }) => of?.run === draft.run.id && of.step === at.id && decidedAt === draft.run.since,
      )
        ? { stays: NEVER }
        : 'asks';
    default:
      return arriveAt(at, draft, moment);
  }
}

const NEVER = Number.POSITIVE_INFINITY;

const overAt = (until: number, next: string, { now }: Moment): Outcome =>
  now >= until ? { to: next } : { stays: until };

/** Of what is said in one moment the last counts; what an app says later, by its own clock, still does. What is so stays. */
function traitsAfter(said: JsonObject, by: string, { profile, now }: Moment): Traits {
  const { traits } = profile;
  if (Object.entries(said).every(([name, value]) => (traits.get(name)?.value ?? null) === value)) return traits;
  const others = [...traits].filter(([name, { time }]) => !(Object.hasOwn(said, name) && time === now));
  return withTraits(new Map(others), said, now, hashText(by));
}
