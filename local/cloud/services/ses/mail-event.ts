import type { SendEmailRequest } from './send-email.ts';
import { recipientsOf } from './send-email.ts';

/** A message as SES took it. */
export interface TakenMessage {
  readonly request: SendEmailRequest;
  readonly messageId: string;
  /** Milliseconds of the cloud's clock. */
  readonly at: number;
}

/** Where the message came from, as its events tell. */
export interface Sending {
  readonly region: string;
  readonly account: string;
  readonly identity: string;
}

/** What a template calls an event, what its `eventType` says, and its `detail-type` on the bus. */
export const EVENT_TYPES = {
  send: ['Send', 'Email Sent'],
  delivery: ['Delivery', 'Email Delivered'],
  bounce: ['Bounce', 'Email Bounced'],
  complaint: ['Complaint', 'Email Complaint Received'],
  reject: ['Reject', 'Email Rejected'],
  open: ['Open', 'Email Opened'],
  click: ['Click', 'Email Clicked'],
  renderingFailure: ['Rendering Failure', 'Email Rendering Failed'],
  deliveryDelay: ['DeliveryDelay', 'Email Delivery Delayed'],
} as const;
export type EventType = keyof typeof EVENT_TYPES;

/** The member of `detail` that is the event's own. */
const MEMBERS: Readonly<Record<EventType, string>> = {
  send: 'send',
  delivery: 'delivery',
  bounce: 'bounce',
  complaint: 'complaint',
  reject: 'reject',
  open: 'open',
  click: 'click',
  renderingFailure: 'failure',
  deliveryDelay: 'deliveryDelay',
};

export interface MailEvent {
  readonly type: EventType;
  /** When it is published (ms). */
  readonly at: number;
  /** What the event's own member of `detail` holds. */
  readonly about: object;
}

/** An event of SES as the default bus gets it. */
export function busEventOf({ type, about }: MailEvent, message: TakenMessage, sending: Sending) {
  const [eventType, detailType] = EVENT_TYPES[type];
  const { region, account } = sending;
  return {
    source: 'aws.ses',
    'detail-type': detailType,
    resources: [`arn:aws:ses:${region}:${account}:configuration-set/${message.request.ConfigurationSetName}`],
    detail: { eventType, mail: mailOf(message, sending), [MEMBERS[type]]: about },
  };
}

function mailOf({ request, messageId, at }: TakenMessage, { region, account, identity }: Sending) {
  const { FromEmailAddress: from = '', Content: content, ConfigurationSetName: set = '', EmailTags = [] } = request;
  const to = recipientsOf(request);
  const subject = content?.Simple?.Subject?.Data ?? '';
  const own = (content?.Simple?.Headers ?? []).map(({ Name, Value }) => ({ name: Name, value: Value }));
  return {
    timestamp: new Date(at).toISOString(),
    source: from,
    sourceArn: `arn:aws:ses:${region}:${account}:identity/${identity}`,
    sendingAccountId: account,
    messageId,
    destination: to,
    headersTruncated: false,
    headers: [
      { name: 'From', value: from },
      { name: 'To', value: to.join(', ') },
      { name: 'Subject', value: subject },
      { name: 'MIME-Version', value: '1.0' },
      ...own,
    ],
    commonHeaders: { from: [from], to, messageId, subject },
    // Every value is a list, SES's own tags included.
    tags: {
      'ses:source-tls-version': ['TLSv1.3'],
      'ses:operation': ['SendEmail'],
      'ses:configuration-set': [set],
      'ses:source-ip': ['192.0.2.1'],
      'ses:from-domain': [from.replace(/^.*@/, '').replace(/>.*$/, '')],
      'ses:caller-identity': ['perennial'],
      ...Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, [Value]])),
    },
  };
}
