import { type CampaignBody, messagesIn } from '../../catalog/campaign/campaign.ts';
import type { Expression } from '../../catalog/expression.ts';
import type { LiveTopic } from '../../catalog/live-catalog.ts';
import type { EmailTemplate } from './conflicts.ts';

/** What a campaign may send by email: each template once. */
export const emailsOf = (campaign: CampaignBody): readonly string[] => [
  ...new Set(
    messagesIn(campaign).flatMap(({ message }) =>
      message.send.flatMap(({ channel, template }) => (channel === 'email' ? [template] : [])),
    ),
  ),
];

/**
 * Whom a campaign would reach: whom it is for, who has an address that works and who lets it come. Of variants about several
 * topics only the channel is asked, for which of them somebody gets is by chance.
 */
export function reachedBy(
  campaign: CampaignBody,
  templates: readonly EmailTemplate[],
  topics: readonly LiveTopic[],
): Expression {
  const { who } = campaign;
  const all = 'all' in who ? who.all : [who];
  return { all: [...all, { channel: 'email', reachable: true }, ...onTopic(templates, topics)] };
}

function onTopic(templates: readonly EmailTemplate[], topics: readonly LiveTopic[]): readonly Expression[] {
  const [topic, another] = new Set(templates.map((template) => template.topic));
  if (topic === undefined || another !== undefined) return [];
  const consent = `email/${topic}`;
  const rules = topics.find(({ key }) => key === topic);
  const mustSayYes = rules?.doubleOptIn === true || rules?.consent?.email === 'required';
  const lets: Expression = { not: { consent, is: 'refused' } };
  // A yes to all email is one to the topic; whether it is confirmed nobody can ask.
  return mustSayYes
    ? [
        lets,
        {
          any: [
            { consent, is: 'granted' },
            { consent: 'email', is: 'granted' },
          ],
        },
      ]
    : [lets];
}

/** How many emails come of so many people: some are held out. Both in percent. */
export const emailsFor = (people: number, ofCampaign = 0, ofProject = 0): number =>
  Math.round(people * (1 - ofCampaign / 100) * (1 - ofProject / 100));
