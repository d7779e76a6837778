import { messagesIn } from '../campaign/campaign.ts';
import { placeOf } from '../definition.ts';
import { below, type Problem } from '../problems/problem.ts';
import type { CheckedOf } from '../schemas.ts';
import { sharesAddUp, templateFits } from './journey-steps.ts';
import type { Project } from './project.ts';

/** Whether a campaign can send what it says: templates fit their channels, shares add up. */
export function checkCampaign(campaign: CheckedOf<'campaign'>, project: Project): readonly Problem[] {
  const path = placeOf(campaign);
  const { variants } = campaign.body;
  return [
    ...(variants === undefined ? [] : sharesAddUp(variants, 0, below(path, 'variants'))),
    ...messagesIn(campaign.body).flatMap(({ message, path: at }) =>
      message.send.flatMap((way, i) => templateFits(way, below(`${path}${at}`, 'send', i, 'template'), project)),
    ),
  ];
}
