import { CONFIRMATION } from '../../domain/decisions/confirmations.ts';
import { emailOf } from '../../domain/state/contact.ts';
import { unreachableBy } from '../../domain/state/reachability.ts';
import type { EmailProvider } from '../adapters/email-provider.ts';
import type { Channel } from './channel.ts';
import type { MakeWaysOut } from './message-links.ts';
import type { RenderEmail } from './render-email.ts';
import type { TrackEmail } from './tracked-email.ts';

/** Email by SES. */
export const emailChannel = (
  provider: EmailProvider,
  words: RenderEmail,
  waysOut: MakeWaysOut,
  trackEmail: TrackEmail,
): Channel => ({
  canReach(profile) {
    const address = emailOf(profile);
    if (address === undefined) return { outcome: 'unreachable', reason: 'no-address' };
    const unreachable = unreachableBy(profile, 'email');
    return unreachable === undefined
      ? { outcome: 'reachable', address }
      : { outcome: 'unreachable', reason: unreachable.reason };
  },
  render({ user, sendId, message, topic, decidedAt, asked }, profile) {
    const hers = emailOf(profile);
    const address = asked?.to ?? hers;
    const confirms = message === CONFIRMATION && topic !== undefined ? { topic, at: decidedAt } : undefined;
    return words(message, profile, {
      data: asked?.data,
      tracked: (html, of) => trackEmail({ sendId, message }, profile, html, of),
      topic,
      ...(address !== undefined && {
        // A program may write to somebody else about her: whoever that is sees and says nothing of hers.
        waysOut: (template) =>
          waysOut({ user: address === hers ? user : undefined, address, sendId, topic, confirms }, template),
      }),
    });
  },
  // By the tags every receipt says which message it is about.
  send: (to, rendered, { sendId, message }) => provider.send({ ...rendered, to, tags: { sendId, message } }),
});
