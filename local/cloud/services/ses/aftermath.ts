import type { EventType, MailEvent, TakenMessage } from './mail-event.ts';
import { addressOf, type Bounce, fractionOf, type Reaction } from './reactions.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** SES says it is late after a while, and goes on trying for hours. */
const TOLD_LATE_AFTER = 10 * MINUTE;
const TRIES_FOR = 14 * 60 * MINUTE;
/** Mailbox providers report once a person has pressed the button. */
const COMPLAINS_AFTER = 2 * MINUTE;

const SUPPRESSED: Bounce = { type: 'Permanent', subType: 'OnAccountSuppressionList' };

/**
 * What SES tells of a message to one recipient, in the order of its moments: a second or some after it was taken, by chance
 * that follows from its id.
 */
export function aftermathOf(
  message: TakenMessage,
  recipient: string,
  reaction: Reaction,
  suppressed: boolean,
): MailEvent[] {
  const chance = fractionOf(`${message.messageId}:${addressOf(recipient)}`);
  const soon = message.at + SECOND + Math.floor(chance * 4 * SECOND);
  const event = (type: EventType, at: number, about: object = {}): MailEvent => ({ type, at, about });
  const sent = event('send', message.at);
  if (suppressed) return [sent, event('bounce', soon, bounceOf(message, recipient, SUPPRESSED, soon))];

  const { arrival = 'delivered', bounce, delayed = false, complains = false, opens = [], clicks = [] } = reaction;
  if (arrival === 'rejected') return [sent, event('reject', soon, { reason: 'Bad content' })];
  if (arrival === 'not-rendered') return [event('renderingFailure', soon, NOT_RENDERED)];
  const late = delayed ? [event('deliveryDelay', message.at + TOLD_LATE_AFTER, delayOf(recipient, message.at))] : [];
  const arrivedAt = delayed ? soon + 2 * TOLD_LATE_AFTER : soon;
  if (arrival === 'bounced') {
    const how = bounce ?? { type: 'Permanent', subType: 'General' };
    return [sent, ...late, event('bounce', arrivedAt, bounceOf(message, recipient, how, arrivedAt))];
  }
  const answered = arrivedAt + SECOND;
  const complainsAt = arrivedAt + COMPLAINS_AFTER;
  const happened = [
    sent,
    ...late,
    event('delivery', arrivedAt, deliveryOf(message, recipient, arrivedAt)),
    ...(bounce === undefined ? [] : [event('bounce', answered, bounceOf(message, recipient, bounce, answered))]),
    ...(complains ? [event('complaint', complainsAt, complaintOf(message, recipient, complainsAt))] : []),
    ...opens.map(({ after, userAgent }) => event('open', arrivedAt + after, lookOf(arrivedAt + after, userAgent))),
    ...clicks.map(({ after, userAgent, link }) =>
      event('click', arrivedAt + after, { ...lookOf(arrivedAt + after, userAgent), link, linkTags: null }),
    ),
  ];
  return happened.sort((a, b) => a.at - b.at);
}

const NOT_RENDERED = { errorMessage: 'Attribute is not present in the rendering data.', templateName: 'none' };
const REPORTING = 'a8-19.smtp-out.amazonses.com';

const deliveryOf = ({ at }: TakenMessage, recipient: string, arrivedAt: number) => ({
  timestamp: iso(arrivedAt),
  processingTimeMillis: arrivedAt - at,
  recipients: [recipient],
  smtpResponse: '250 2.6.0 Message received',
  remoteMtaIp: '192.0.2.25',
  reportingMTA: REPORTING,
});

const bounceOf = ({ messageId }: TakenMessage, recipient: string, { type, subType }: Bounce, at: number) => ({
  feedbackId: `0107${fractionOf(`${messageId}:bounce`)}`,
  bounceType: type,
  bounceSubType: subType,
  bouncedRecipients: [
    {
      emailAddress: recipient,
      action: 'failed',
      status: type === 'Permanent' ? '5.1.1' : '4.4.7',
      diagnosticCode: `smtp; ${type === 'Permanent' ? '550 5.1.1 user unknown' : '450 4.4.7 try later'}`,
    },
  ],
  timestamp: iso(at),
  reportingMTA: `dns; ${REPORTING}`,
});

const complaintOf = ({ messageId, at: sentAt }: TakenMessage, recipient: string, at: number) => ({
  feedbackId: `0107${fractionOf(`${messageId}:complaint`)}`,
  complaintSubType: null,
  complainedRecipients: [{ emailAddress: recipient }],
  timestamp: iso(at),
  userAgent: 'Mailbox provider feedback loop',
  complaintFeedbackType: 'abuse',
  arrivalDate: iso(sentAt),
});

const delayOf = (recipient: string, sentAt: number) => ({
  timestamp: iso(sentAt + TOLD_LATE_AFTER),
  delayType: 'TransientCommunicationFailure',
  expirationTime: iso(sentAt + TRIES_FOR),
  delayedRecipients: [{ emailAddress: recipient, status: '4.4.1', diagnosticCode: 'smtp; 421 4.4.1 no answer' }],
  reportingMTA: REPORTING,
});

const lookOf = (at: number, userAgent: string) => ({ timestamp: iso(at), userAgent, ipAddress: '192.0.2.80' });

const iso = (at: number) => new Date(at).toISOString();
