/** What providers report of what was sent to a person. */
export const RECEIPTS: readonly string[] = [
  ...['Email Delivered', 'Email Opened', 'Email Link Clicked', 'Email Bounced', 'Email Marked as Spam'],
  ...['SMS Delivered', 'SMS Bounced', 'WhatsApp Delivered', 'WhatsApp Read', 'Push Notification Bounced'],
];

/**
 * Names of `track` events that mean something to Perennial itself. Any other is only counted, and looked at where a
 * project's definitions ask for it.
 */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  ...['Order Completed', 'Order Cancelled', 'Order Refunded'],
  ...['Signed Up', 'Signed In', 'Account Deleted'],
  ...['Subscription Started', 'Subscription Created', 'Subscription Cancelled'],
  ...['Consent Granted', 'Consent Withdrawn'],
  ...['Application Uninstalled', 'Application Backgrounded', 'Application Crashed', 'Install Attributed'],
  'Push Notification Received',
  ...RECEIPTS,
]);

/** Whether Perennial itself reads more out of a `track` event of this name than that it happened. */
export const isUnderstood = (name: string): boolean => UNDERSTOOD.has(name);

/** Without what conventions differ in: `order_completed`, `OrderCompleted`, and `Order Canceled`, as it is spelt in America. */
const lettersOf = (name: string): string =>
  name
    .replace(/[\s_-]/g, '')
    .toLowerCase()
    .replace('canceled', 'cancelled');

const BY_LETTERS: ReadonlyMap<string, string> = new Map([...UNDERSTOOD].map((name) => [lettersOf(name), name]));

/** The name that was probably meant by one that nothing is read out of; undefined for any other. */
export const probablyMeant = (name: string): string | undefined =>
  isUnderstood(name) ? undefined : BY_LETTERS.get(lettersOf(name));
