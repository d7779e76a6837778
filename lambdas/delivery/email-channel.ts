import { CONFIRMATION } from '../../domain/decisions/confirmations.ts';
import { isTest } from '../../domain/delivery/send-request.ts';
import { emailOf } from '../../domain/state/contact.ts';
import { unreachableBy } from '../../domain/state/reachability.ts';
import type { EmailProvider } from '../adapters/email-provider.ts';
import type { Channel, Rendering } from './channel.ts';
import type { MakeWaysOut } from './message-links.ts';
import type { EmailToSend, RenderEmail } from './render-email.ts';
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
  async render(request, profile, about) {
    const { user, sendId, message, topic, decidedAt, asked, of } = request;
    const hers = emailOf(profile);
    const address = asked?.to ?? hers;
    const confirms = message === CONFIRMATION && topic !== undefined ? { topic, at: decidedAt } : undefined;
    const rendering = await words(message, profile, {
      ...{ data: asked?.data, ...about },
      tracked: (html, template) =>
        trackEmail({ sendId, message, isOfJourney: of !== undefined }, profile, html, template),
      topic,
      ...(address !== undefined && {
        // A program may write to somebody else about her: whoever that is sees and says nothing of hers.
        waysOut: (template) =>
          waysOut({ user: address === hers ? user : undefined, address, sendId, topic, confirms }, template),
      }),
    });
    return isTest(request) ? marked(rendering) : rendering;
  },
  // By the tags every receipt says which message it is about.
  send: (to, rendered, { sendId, message }) => provider.send({ ...rendered, to, tags: { sendId, message } }),
});

/** What somebody gets who tries a journey. */
const marked = (rendering: Rendering<EmailToSend>): Rendering<EmailToSend> =>
  rendering.outcome === 'rendered'
    ? { ...rendering, rendered: { ...rendering.rendered, subject: `[TEST] ${rendering.rendered.subject}` } }
    : rendering;
