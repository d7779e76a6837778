import { BUILT_IN_EMAILS } from '../../domain/delivery/email/built-in.ts';
import type { About } from '../../domain/delivery/email/person-scope.ts';
import type { PreparedEmail } from '../../domain/delivery/email/prepared.ts';
import { type EmailRenderer, emailRenderer, type RenderedEmail } from '../../domain/delivery/email/render.ts';
import { sendersOf } from '../../domain/delivery/email/sender.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { SenderBinding } from '../adapters/template-reader.ts';
import type { Log } from '../runtime/log.ts';
import type { Rendering } from './channel.ts';
import type { LiveTemplates } from './live-templates.ts';
import type { WaysOut } from './message-links.ts';
import type { TrackEmail } from './tracked-email.ts';

/** An email with whom it is from. */
export interface EmailToSend extends RenderedEmail {
  /** The stage's own sender, if nobody is named. */
  readonly from?: SenderBinding;
  readonly replyTo?: string;
  /** Where she unsubscribes by one click: of marketing. */
  readonly unsubscribeUrl?: string;
}

export interface RenderEmailDependencies {
  readonly templates: LiveTemplates;
  /** IANA name of the clock of people whose own is not known. */
  readonly zone: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** What an email is about; its links are made when its template is known. */
export interface AskedEmail extends Omit<About, 'topic'> {
  /** The key of what it was decided about, where its template says nothing of that. */
  readonly topic?: string | undefined;
  readonly waysOut?: (template: PreparedEmail) => Promise<WaysOut>;
  /** Puts links in its HTML that can be measured. */
  readonly tracked?: (html: string, of: Parameters<TrackEmail>[3]) => Promise<string>;
}

export type RenderEmail = (message: string, profile: Profile, about?: AskedEmail) => Promise<Rendering<EmailToSend>>;

/** The words of messages: published templates, or else the built-in ones. Rejects when nobody can tell what is published. */
export function emailWords({ templates, zone, now, log }: RenderEmailDependencies): RenderEmail {
  const builtIn = new Map(Object.entries(BUILT_IN_EMAILS).map(([key, email]) => [key, emailRenderer(email)]));
  /** Once for each name, worker and template: a campaign would say it a million times. */
  const told = new WeakMap<EmailRenderer, Set<string>>();

  function tellOnce(renderer: EmailRenderer, unknown: readonly string[]): void {
    const known = told.get(renderer) ?? new Set();
    told.set(renderer, known);
    const fresh = unknown.filter((name) => !known.has(name));
    for (const name of fresh) known.add(name);
    if (fresh.length > 0) log('variables-empty', { variables: fresh.length });
  }

  const topicNamed = async (key: string | undefined) =>
    key === undefined ? undefined : (await templates.topics()).find((topic) => topic.key === key);

  return async (message, profile, { waysOut, tracked, topic: decided, ...about } = {}) => {
    const renderer = (await templates.email(message)) ?? builtIn.get(message);
    if (renderer === undefined) return { outcome: 'refused', reason: 'no-template' };
    const { template } = renderer;
    const brand = await templates.brand(template.brand);
    const links = await waysOut?.(template);
    const rendering = renderer.render({
      ...{ profile, zone: profile.timeZone?.value ?? zone, now: now() },
      ...{ brand, defaultLocale: await templates.defaultLocale() },
      about: { ...about, ...links, topic: await topicNamed(template.topic ?? decided) },
    });
    if (rendering.outcome === 'failed') return { outcome: 'refused', reason: `render-${rendering.reason}` };
    const { email, locale, unknown } = rendering;
    tellOnce(renderer, unknown);
    const senders = sendersOf(template, brand, locale);
    const [from, replyTo] = [await named(templates, senders.from), await named(templates, senders.replyTo)];
    if (from === 'missing' || replyTo === 'missing' || from?.answersOnly)
      return { outcome: 'not-now', reason: 'missing-sender' };
    const html = (await tracked?.(email.html, { template, brand })) ?? email.html;
    return {
      outcome: 'rendered',
      rendered: {
        ...email,
        html,
        ...(from && { from }),
        ...(replyTo && { replyTo: replyTo.address }),
        ...(links && template.class === 'marketing' && { unsubscribeUrl: links.unsubscribeUrl }),
      },
    };
  };
}

/** A binding that was taken away since: its admin will be told by the alarm on what is held up. */
async function named(
  templates: LiveTemplates,
  name: string | undefined,
): Promise<SenderBinding | undefined | 'missing'> {
  return name === undefined ? undefined : ((await templates.sender(name)) ?? 'missing');
}
