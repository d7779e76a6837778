import type { JourneyBody } from '../journey/journey.ts';

/**
 * The events that end a run or a wait, or redeem an offer, whatever they say. When the last one was is asked of profiles:
 * it may have been known before what takes somebody in. Of events with a filter nobody knows that.
 */
export function awaitedEvents({ exits = [], goal, steps }: JourneyBody): readonly string[] {
  const signs: readonly object[] = [
    ...exits,
    ...(goal === undefined ? [] : [goal.reached]),
    ...Object.values(steps).flatMap((step): readonly object[] => {
      if (step.type === 'wait-for') return step.first;
      return step.type === 'offer' ? [step.redeemedBy] : [];
    }),
  ];
  return signs.flatMap((sign) =>
    'event' in sign && (sign as { readonly where?: object }).where === undefined ? [sign.event as string] : [],
  );
}
