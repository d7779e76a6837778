import type { BrandBody } from '../../catalog/brand.ts';
import type { PreparedEmail } from './prepared.ts';

/** Names of bindings, without their kind. */
export interface Senders {
  /** The stage's own sender, if undefined. */
  readonly from: string | undefined;
  readonly replyTo: string | undefined;
}

/** Whom an email is from: who the template names, or else its brand for this stream and language. */
export function sendersOf(template: PreparedEmail, brand: BrandBody | undefined, locale: string): Senders {
  const { sender, replyTo, class: stream } = template;
  const named = brand?.senders[stream] ?? brand?.senders.marketing;
  const [language = ''] = locale.split('-');
  return {
    from: sender ?? named?.locales?.[locale] ?? named?.locales?.[language] ?? named?.sender,
    replyTo: replyTo ?? brand?.replyTo,
  };
}
