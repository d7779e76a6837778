import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { DAY, SECOND } from '../../../domain/calendar.ts';
import { consequenceOf } from '../../../domain/delivery/receipts/consequence.ts';
import { machineOf } from '../../../domain/delivery/receipts/machine.ts';
import type { LookReceipt } from '../../../domain/delivery/receipts/receipt.ts';
import { understandSesEvent } from '../../../domain/delivery/receipts/ses.ts';
import { isWornOut } from '../../../domain/delivery/receipts/soft-bounces.ts';

const SENT = '2026-03-02T12:00:00.000Z';
const HAPPENED = '2026-03-02T12:00:03.000Z';

/** An event as AWS documents it. */
const sesEvent = (eventType: string, own: Record<string, object>, mail: object = {}) => ({
  ...{ version: '0', id: 'e', 'detail-type': 'Email', source: 'aws.ses', account: '1', region: 'eu-central-1' },
  time: '2026-03-02T12:00:09Z',
  detail: {
    eventType,
    mail: {
      timestamp: SENT,
      messageId: '0107-1',
      source: 'hello@shop.example',
      destination: ['Ada <Ada@Example.com>'],
      tags: { 'ses:configuration-set': ['x'], sendId: ['RdJ9xk2A_7_1'], message: ['welcome'] },
      ...mail,
    },
    ...own,
  },
});

const bounce = (bounceType: string, bounceSubType: string) => ({
  bounce: { bounceType, bounceSubType, bouncedRecipients: [{ emailAddress: 'ada@example.com' }], timestamp: HAPPENED },
});
const complaint = (complaintFeedbackType?: string) => ({ complaint: { complaintFeedbackType, timestamp: HAPPENED } });

describe('each event of SES', () => {
  test.each<[string, Record<string, object>, object, object]>([
    ['Send', { send: {} }, { kind: 'sent', at: Date.parse('2026-03-02T12:00:09Z') }, { received: 'sent' }],
    ['Delivery', { delivery: { timestamp: HAPPENED } }, { kind: 'delivered' }, { received: 'delivered' }],
    [
      'Bounce',
      bounce('Permanent', 'General'),
      { kind: 'bounced', about: 'permanent', detail: 'Permanent General' },
      { received: 'bounced', suppress: 'bounced' },
    ],
    [
      'Bounce',
      bounce('Permanent', 'OnAccountSuppressionList'),
      { kind: 'bounced', about: 'permanent' },
      { received: 'bounced', suppress: 'bounced' },
    ],
    [
      'Bounce',
      bounce('Transient', 'MailboxFull'),
      { kind: 'bounced', about: 'transient' },
      { received: 'soft-bounced', softBounce: true },
    ],
    [
      'Bounce',
      bounce('Undetermined', 'Undetermined'),
      { kind: 'bounced', about: 'transient' },
      { received: 'soft-bounced', softBounce: true },
    ],
    ['Bounce', bounce('Transient', 'MessageTooLarge'), { kind: 'bounced', about: 'message' }, { received: 'bounced' }],
    ['Complaint', complaint('abuse'), { kind: 'complained' }, { received: 'complained', suppress: 'complained' }],
    ['Complaint', complaint(), { kind: 'complained' }, { received: 'complained', suppress: 'complained' }],
    ['Complaint', complaint('not-spam'), { kind: 'not-spam' }, {}],
    [
      'Open',
      { open: { timestamp: HAPPENED, userAgent: 'Thunderbird' } },
      { kind: 'opened', userAgent: 'Thunderbird' },
      {},
    ],
    [
      'Click',
      { click: { timestamp: HAPPENED, userAgent: 'Firefox', link: 'https://shop.example/' } },
      { kind: 'clicked', link: 'https://shop.example/' },
      {},
    ],
    ['Reject', { reject: { reason: 'Bad content' } }, { kind: 'rejected' }, { received: 'rejected' }],
    ['Rendering Failure', { failure: { errorMessage: 'x' } }, { kind: 'failed' }, { received: 'rejected' }],
    ['DeliveryDelay', { deliveryDelay: { timestamp: HAPPENED } }, { kind: 'delayed' }, { received: 'delayed' }],
  ])('%s', (eventType, own, receipt, consequence) => {
    const understood = understandSesEvent(sesEvent(eventType, own));
    if (understood.outcome !== 'receipt') throw new Error(JSON.stringify(understood));
    expect(understood.receipt).toMatchObject({
      ...{ sendId: 'RdJ9xk2A_7_1', message: 'welcome', providerId: '0107-1', to: 'ada@example.com' },
      ...{ sentAt: Date.parse(SENT), at: expect.any(Number), ...receipt },
    });
    expect(consequenceOf(understood.receipt)).toEqual(consequence);
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'no-event'],
    ['a text', 'Bounce', 'no-event'],
    ['another service’s event', { detail: { state: 'running' } }, 'no-event'],
    ['no mail', { detail: { eventType: 'Send' } }, 'no-mail'],
    ['a subscription', sesEvent('Subscription', {}), 'type'],
    ['a name of every object', sesEvent('constructor', {}), 'type'],
    ['no time', { detail: { ...sesEvent('Send', {}, { timestamp: 'yesterday' }).detail } }, 'time'],
    ['two recipients', sesEvent('Delivery', {}, { destination: ['a@b.example', 'c@d.example'] }), 'recipient'],
    ['no address', sesEvent('Delivery', {}, { destination: ['ada'] }), 'recipient'],
  ])('%s is nothing we know', (_what, event, reason) =>
    expect(understandSesEvent(event)).toEqual({ outcome: 'unknown', reason }),
  );

  test.each([
    ['no tags', { tags: undefined }],
    ['no sendId', { tags: { 'ses:configuration-set': ['x'] } }],
    ['a tag that is no list', { tags: { sendId: 'RdJ9xk2A_7_1' } }],
    ['a sendId that is none of ours', { tags: { sendId: ['../../x'] } }],
  ])('%s: somebody else’s message', (_what, mail) =>
    expect(understandSesEvent(sesEvent('Delivery', {}, mail))).toEqual({ outcome: 'foreign' }),
  );

  it('never throws, whatever comes', () => {
    const known = fc.constantFrom(
      'detail',
      'eventType',
      'mail',
      'messageId',
      'tags',
      'sendId',
      'destination',
      'bounce',
    );
    const anything = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.jsonValue(),
        fc.constantFrom('Bounce', 'Complaint', 'a@b.example', '2026-03-02T12:00:00Z'),
        fc.dictionary(known, tie('value')),
        fc.array(tie('value'), { maxLength: 2 }),
      ),
    })).value;
    fc.assert(
      fc.property(anything, (event) => void understandSesEvent(event)),
      { numRuns: 50 },
    );
  });
});

describe('who looked', () => {
  const look = (userAgent: string): LookReceipt => ({ kind: 'opened', userAgent });
  const GMAIL = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)';
  const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

  test.each<[string, string, number, ReturnType<typeof machineOf>]>([
    ['Apple’s proxies, at once', 'Mozilla/5.0', 2 * SECOND, 'apple-mail-privacy'],
    ['Apple’s proxies, hours later', 'Mozilla/5.0', DAY, 'apple-mail-privacy'],
    ['Google’s proxy', GMAIL, DAY, 'google-proxy'],
    ['Yahoo’s proxy', 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy.html', DAY, 'yahoo-proxy'],
    ['a scanner by its name', 'Mozilla/5.0 (compatible; Barracuda Sentinel)', DAY, 'scanner'],
    ['a crawler', 'Googlebot/2.1 (+http://www.google.com/bot.html)', DAY, 'scanner'],
    ['a program', 'python-requests/2.31', DAY, 'scanner'],
    ['nobody who says who', ' ', DAY, 'scanner'],
    ['a browser, sooner than anybody can', FIREFOX, 9 * SECOND, 'too-soon'],
    ['a browser', FIREFOX, 10 * SECOND, undefined],
    ['Outlook', 'Mozilla/4.0 (compatible; ms-office; MSOffice 16)', DAY, undefined],
    ['a telephone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148', DAY, undefined],
  ])('%s', (_who, userAgent, after, machine) => expect(machineOf(look(userAgent), after)).toBe(machine));
});

describe('an address that takes no mail now and then', () => {
  test.each<[string, number[], boolean]>([
    ['never', [], false],
    ['twice', [100, 105], false],
    ['three times on one day', [100, 100, 100], false],
    ['on three days', [100, 101, 102], true],
    ['on three days of thirty', [129, 100, 110], true],
    ['on three days of thirty-one', [130, 100, 110], false],
    ['three times a year, and then thrice', [100, 200, 300, 310, 320], true],
  ])('%s', (_what, days, worn) => expect(isWornOut(days)).toBe(worn));
});
