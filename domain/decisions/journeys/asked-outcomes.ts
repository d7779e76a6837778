import type { LiveJourney } from '../../catalog/live-catalog.ts';
import type { MessageOutcome, RunRef } from '../../state/run.ts';

/** Whether a live journey asks if this has become of the message of a step. */
export type AskedOutcomes = (of: Pick<RunRef, 'journey' | 'step'>, outcome: MessageOutcome) => boolean;

/**
 * What journeys ask about their messages, in any version by which somebody may still go. Only this is told to the reducer:
 * each outcome is a write of a profile, and of most messages nobody asks.
 */
export function askedOutcomes(journeys: readonly LiveJourney[]): AskedOutcomes {
  const asked = new Set<string>();
  for (const { key, versions } of journeys)
    for (const { body } of versions)
      for (const { step, was } of asksOf(body))
        for (const outcome of SHOWN_BY[was] ?? [was]) asked.add(nameOf({ journey: key, step }, outcome));
  return (of, outcome) => asked.has(nameOf(of, outcome));
}

/** Who blocks pictures is known to have opened a message only when she follows a link. That one was sent is known here. */
const SHOWN_BY: Partial<Record<MessageOutcome, readonly MessageOutcome[]>> = {
  opened: ['opened', 'clicked'],
  sent: [],
};

interface Ask {
  readonly step: string;
  readonly was: MessageOutcome;
}

const asksOf = ({ steps }: LiveJourney['versions'][number]['body']): readonly Ask[] =>
  Object.entries(steps).flatMap(([id, step]): readonly Ask[] => {
    switch (step.type) {
      case 'branch':
        return step.branches.flatMap((way) => ('message' in way ? [way.message] : []));
      case 'wait-for':
        return step.first.flatMap((way) => ('message' in way ? [way.message] : []));
      case 'message':
        return step.fallbackAfter === undefined || step.send.length === 1 ? [] : [{ step: id, was: 'delivered' }];
      default:
        return [];
    }
  });

const nameOf = ({ journey, step }: Pick<RunRef, 'journey' | 'step'>, outcome: MessageOutcome): string =>
  `${journey}/${step}/${outcome}`;
