import type { JourneyBody } from '../journey/journey.ts';
import type { JourneyStep } from '../journey/step.ts';
import type { CampaignBody, CampaignMessage } from './campaign.ts';

/**
 * The journey that a campaign is: all else that is known of journeys (versions, halts, counts, why) holds for campaigns.
 * Its steps are `message`, or `experiment` and `message-VARIANT`, and `end`.
 */
export function journeyOf(campaign: CampaignBody): JourneyBody {
  const { name, description, who, once, every, zone, perMinute, holdout, goal, priority } = campaign;
  return {
    name,
    ...(description !== undefined && { description }),
    entries: [
      {
        ...{ type: 'schedule', who },
        ...{ ...(once !== undefined && { once }), ...(every !== undefined && { every }) },
        ...{ ...(zone !== undefined && { zone }), ...(perMinute !== undefined && { perMinute }) },
      },
    ],
    // Who got what is sent once gets it never again, whatever day it is moved to.
    again: once === undefined ? 'after-exit' : 'never',
    ...{ ...(goal !== undefined && { goal }), ...(priority !== undefined && { priority }) },
    ...(holdout !== undefined && { holdout }),
    ...graphOf(campaign),
  };
}

const END = 'end';

function graphOf({ message, variants = [], priority, atMostLate }: CampaignBody): Pick<JourneyBody, 'start' | 'steps'> {
  const stepOf = ({ send, data }: CampaignMessage): JourneyStep => ({
    ...{ type: 'message', send, next: END },
    ...{ ...(data !== undefined && { data }), ...(priority !== undefined && { priority }) },
    ...(atMostLate !== undefined && { atMostLate }),
  });
  const end: JourneyStep = { type: 'exit' };
  if (message !== undefined) return { start: 'message', steps: { message: stepOf(message), [END]: end } };
  const idOf = (variant: string) => `message-${variant}`;
  return {
    start: 'experiment',
    steps: {
      experiment: {
        type: 'experiment',
        variants: variants.map(({ name, percent }) => ({ name, percent, next: idOf(name) })),
      },
      ...Object.fromEntries(variants.map((one) => [idOf(one.name), stepOf(one.message)])),
      [END]: end,
    },
  };
}
