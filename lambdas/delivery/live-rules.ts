import { BUILT_IN_EMAILS } from '../../domain/delivery/email/built-in.ts';
import type { PreparedEmail } from '../../domain/delivery/email/prepared.ts';
import { type ContactRules, compileContactRules } from '../../domain/delivery/rules/contact-rules.ts';
import type { SendRequest } from '../../domain/delivery/send-request.ts';
import type { Zone } from '../../domain/zone.ts';
import type { LiveContacts, LiveTemplates } from './live-templates.ts';

/** What a message is to the rules: what its author says of it now, whatever it was when it was decided. */
export interface MessageKind {
  readonly class: 'marketing' | 'transactional';
  readonly topic?: string | undefined;
}

/** By what is published who is written to. All of it rejects when nobody can tell. */
export interface LiveRules {
  kindOf(request: SendRequest): Promise<MessageKind>;
  /** Whom, and when. */
  contact(): Promise<ContactRules>;
}

/** @param zone of those of whose clock nothing is known */
export function liveRules(templates: Pick<LiveTemplates, 'email' | 'contacts'>, zone: Zone): LiveRules {
  let compiled: { readonly from: LiveContacts; readonly rules: ContactRules } | undefined;
  return {
    async kindOf({ message, class: decided, topic, asked, decidedAt }) {
      // A program may ask for a template in the second after it was published, and its door knew it.
      const since = asked && decidedAt;
      const template = (await templates.email(message, since))?.template ?? builtIn(message);
      if (template === undefined) return { class: decided ?? 'marketing', topic };
      return { class: template.class, topic: template.topic ?? topic };
    },
    async contact() {
      const from = await templates.contacts();
      if (compiled?.from !== from)
        compiled = { from, rules: compileContactRules(from.settings ?? {}, from.topics ?? [], zone) };
      return compiled.rules;
    },
  };
}

const builtIn = (message: string): PreparedEmail | undefined =>
  Object.hasOwn(BUILT_IN_EMAILS, message) ? BUILT_IN_EMAILS[message as keyof typeof BUILT_IN_EMAILS] : undefined;
