import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../domain/calendar.ts';
import {
  type ContactSettings,
  compileContactRules,
  type TopicRules,
} from '../../../domain/delivery/rules/contact-rules.ts';
import { type MessageToSend, mayContact } from '../../../domain/delivery/rules/may-contact.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { Contact, Profile } from '../../../domain/state/profile.ts';
import { addressHash } from '../../../domain/state/reachability.ts';
import { UTC } from '../../../domain/zone.ts';
import { identify, Person, START, track } from '../../support/people.ts';

interface Given {
  readonly said?: readonly (readonly ['yes' | 'no', JsonObject])[];
  readonly settings?: ContactSettings;
  readonly topics?: Readonly<Record<string, TopicRules>>;
  readonly got?: readonly (readonly [ago: number, channel?: string])[];
  readonly message?: Partial<MessageToSend>;
  readonly email?: string | null;
  readonly unreachable?: 'bounced' | 'complained';
  /** Hours after START, which is noon of a Monday. */
  readonly hours?: number;
}

/** What is answered about a marketing email to Ada that is worth sending for three days. */
function asked({ said = [], settings = {}, topics = {}, got = [], message, email, unreachable, hours = 0 }: Given) {
  const person = new Person().receives(
    identify(email === null ? {} : { email: email ?? 'ada@shop.example' }, START - DAY),
  );
  said.forEach(([answer, properties], n) => {
    const name = answer === 'yes' ? 'Consent Granted' : 'Consent Withdrawn';
    person.receives(track(name, START - HOUR + n * MINUTE, { source: 'server', properties }));
  });
  const now = START + hours * HOUR;
  const profile: Profile = {
    ...(person.profile as Profile),
    contacts: got.map(([ago, channel = 'email']): Contact => ({ at: now - ago, channel })).sort((a, b) => a.at - b.at),
    ...(unreachable && {
      unreachable: new Map([[addressHash('ada@shop.example'), { reason: unreachable, since: START }]]),
    }),
  };
  const rules = compileContactRules(
    settings,
    Object.entries(topics).map(([key, rest]) => ({ key, ...rest })),
    UTC,
  );
  const verdict = mayContact(
    profile,
    { channel: 'email', class: 'marketing', notAfter: now + 3 * DAY, ...message },
    now,
    rules,
  );
  if (verdict.outcome === 'now') return 'now';
  return verdict.outcome === 'later' ? `${verdict.reason}, ${(verdict.at - now) / HOUR} h` : `never: ${verdict.reason}`;
}

const EMAIL = { channel: 'email' };
const NEWS = { channel: 'email', topic: 'news' };
const CONFIRMED = { confirmed: true };
const news = { topic: 'news' };
const NIGHT: ContactSettings = { quietHours: [{ from: '22:00', to: '08:00' }] };
const daily = (most: number): ContactSettings => ({ caps: { total: [{ most, within: 'P1D' }] } });

describe('whether she has agreed', () => {
  it.each<[string, Given, string]>([
    ['to email, of which she said nothing: assumed', {}, 'now'],
    ['to SMS, of which she said nothing: required', { message: { channel: 'sms' } }, 'never: no consent'],
    ['to SMS, to which she said yes', { said: [['yes', { channel: 'sms' }]], message: { channel: 'sms' } }, 'now'],
    ['to email, which she left', { said: [['no', EMAIL]] }, 'never: consent withdrawn'],
    [
      'to email, which she left and came back to',
      {
        said: [
          ['no', EMAIL],
          ['yes', EMAIL],
        ],
      },
      'now',
    ],
    ['to news, which she left', { said: [['no', NEWS]], message: news }, 'never: consent withdrawn'],
    ['to the rest, when she left news', { said: [['no', NEWS]] }, 'now'],
    [
      'to news, which she left before she said yes to all',
      {
        said: [
          ['no', NEWS],
          ['yes', EMAIL],
        ],
        message: news,
      },
      'never: consent withdrawn',
    ],
    [
      'to news, when she left all afterwards',
      {
        said: [
          ['yes', NEWS],
          ['no', EMAIL],
        ],
        message: news,
      },
      'never: consent withdrawn',
    ],
    [
      'to news, to which she said yes after she left all',
      {
        said: [
          ['no', EMAIL],
          ['yes', NEWS],
        ],
        message: news,
      },
      'now',
    ],
    [
      'to a topic that needs a yes',
      { topics: { news: { consent: { email: 'required' } } }, message: news },
      'never: no consent',
    ],
    [
      'to it, with a yes to its channel',
      { topics: { news: { consent: { email: 'required' } } }, said: [['yes', EMAIL]], message: news },
      'now',
    ],
    [
      'to a topic on SMS that needs none',
      { topics: { news: { consent: { sms: 'assumed' } } }, message: { ...news, channel: 'sms' } },
      'now',
    ],
    ['to what nobody has published', { message: { topic: 'gone' } }, 'now'],
  ])('%s', (_what, given, answer) => {
    expect(asked(given)).toBe(answer);
  });

  const topics = { news: { doubleOptIn: true } };
  const twice = (...said: NonNullable<Given['said']>) => asked({ topics, said, message: news });

  it('counts where a yes has to be confirmed only then', () => {
    expect(twice()).toBe('never: no consent');
    expect(twice(['yes', NEWS])).toBe('never: consent not confirmed');
    expect(twice(['yes', NEWS], ['yes', { ...NEWS, ...CONFIRMED }])).toBe('now');
    expect(twice(['yes', { ...NEWS, confirmed: 'true' }])).toBe('never: consent not confirmed');
    expect(twice(['yes', { ...EMAIL, ...CONFIRMED }])).toBe('now');
  });

  it('stays confirmed when the app says the same yes again, and not over a no', () => {
    const confirmed = ['yes', { ...NEWS, ...CONFIRMED }] as const;
    expect(twice(confirmed, ['yes', NEWS])).toBe('now');
    expect(twice(confirmed, ['no', NEWS])).toBe('never: consent withdrawn');
    expect(twice(confirmed, ['no', NEWS], ['yes', NEWS])).toBe('never: consent not confirmed');
    expect(twice(confirmed, ['no', EMAIL], ['yes', NEWS])).toBe('never: consent not confirmed');
    expect(twice(confirmed, ['no', EMAIL], ['yes', NEWS], confirmed)).toBe('now');
  });
});

describe('whether there is room', () => {
  it.each<[string, Given, string]>([
    ['below the cap', { settings: daily(2), got: [[HOUR]] }, 'now'],
    [
      'at the cap, until the oldest is a day old',
      { settings: daily(2), got: [[HOUR], [20 * HOUR]] },
      'cap on all channels, 4 h',
    ],
    [
      'a moment before the oldest is',
      { settings: daily(1), got: [[24 * HOUR - 1]] },
      `cap on all channels, ${1 / HOUR} h`,
    ],
    ['when that one is exactly a day old', { settings: daily(2), got: [[HOUR], [24 * HOUR]] }, 'now'],
    [
      'above it, as after a merge',
      { settings: daily(1), got: [[HOUR], [2 * HOUR], [20 * HOUR]] },
      'cap on all channels, 23 h',
    ],
    [
      'on a channel of its own',
      { settings: { caps: { channels: { email: [{ most: 1, within: 'PT6H' }] } } }, got: [[HOUR]] },
      'cap on email, 5 h',
    ],
    [
      'when another channel was used',
      { settings: { caps: { channels: { email: [{ most: 1, within: 'PT6H' }] } } }, got: [[HOUR, 'sms']] },
      'now',
    ],
    ['in total', { settings: daily(1), got: [[HOUR, 'sms']] }, 'cap on all channels, 23 h'],
    [
      'by the cap that lasts longest',
      {
        settings: {
          caps: {
            total: [
              { most: 1, within: 'PT2H' },
              { most: 2, within: 'P1D' },
            ],
          },
        },
        got: [[HOUR], [12 * HOUR]],
      },
      'cap on all channels, 12 h',
    ],
    [
      'before it is too late',
      { settings: { caps: { total: [{ most: 1, within: 'P7D' }] } }, got: [[HOUR]] },
      'never: too late: cap on all channels',
    ],
    [
      'for what has waited, at once after another',
      { message: { hasWaited: true }, got: [[5 * MINUTE]] },
      `another message just left, ${10 / 60} h`,
    ],
    ['for what has not', { got: [[0]] }, 'now'],
  ])('%s', (_what, given, answer) => {
    expect(asked(given)).toBe(answer);
  });
});

describe('when', () => {
  it.each<[string, Given, string]>([
    ['by day', { settings: NIGHT }, 'now'],
    ['by night', { settings: NIGHT, hours: 11 }, 'quiet hours, 9 h'],
    [
      'by night and above the cap, which has room in the next one',
      { settings: { ...NIGHT, ...daily(1) }, hours: 11, got: [[HOUR]] },
      'quiet hours, 33 h',
    ],
    [
      'when there is room in the night',
      { settings: { ...NIGHT, ...daily(1) }, got: [[12 * HOUR]] },
      'quiet hours, 20 h',
    ],
    [
      'too late in the morning',
      { settings: NIGHT, hours: 11, message: { notAfter: START + 12 * HOUR } },
      'never: too late: quiet hours',
    ],
    ['too late already', { message: { notAfter: START - 1 } }, 'never: too late'],
    ['never', { settings: { quietHours: [{ from: '00:00', to: '00:00' }] } }, 'never: quiet at all hours'],
  ])('%s', (_what, given, answer) => {
    expect(asked(given)).toBe(answer);
  });
});

describe('what she asked for', () => {
  const receipt: Given = {
    ...{ settings: { ...NIGHT, ...daily(1) }, hours: 11, got: [[HOUR]], said: [['no', EMAIL]] },
    message: { class: 'transactional' },
  };

  it('needs no consent, knows no caps and no quiet hours', () => {
    expect(asked({ ...receipt, message: {} })).toBe('never: consent withdrawn');
    expect(asked(receipt)).toBe('now');
  });

  it('needs an address that works', () => {
    expect(asked({ ...receipt, email: null })).toBe('never: no address');
    expect(asked({ ...receipt, unreachable: 'bounced' })).toBe('never: address bounced');
    expect(asked({ ...receipt, unreachable: 'complained' })).toBe('never: complained of spam');
  });
});
