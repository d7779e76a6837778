import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../domain/calendar.ts';
import { planOf } from '../../../domain/decisions/plan.ts';
import { consentInput, receiptInput } from '../../../domain/state/input.ts';
import { addressHash } from '../../../domain/state/reachability.ts';
import { identify, Person, START, track } from '../../support/people.ts';

const PLAN = planOf({
  topics: [{ key: 'club', doubleOptIn: true }, { key: 'news' }],
  settings: { quietHours: [{ from: '00:00', to: '00:00' }] },
});
const ada = () => new Person(PLAN).receives(identify({ email: 'ada@example.com' }, START));
const says = (at: number, topic = 'club', event = 'Consent Granted', confirmed = false) =>
  track(event, at, { source: 'server', properties: { channel: 'email', topic, ...(confirmed && { confirmed }) } });
const asked = ({ effects }: Person) =>
  effects.flatMap((one) => ('message' in one && one.message === 'confirm-subscription' ? [one] : []));

describe('a yes that has to be confirmed', () => {
  it('is asked about at once, by night too, as what she has asked for', () => {
    const person = ada().receives(says(START + HOUR));
    expect(asked(person)).toEqual([
      {
        ...{
          kind: 'message',
          message: 'confirm-subscription',
          class: 'transactional',
          channel: 'email',
          topic: 'club',
        },
        ...{ at: START + HOUR, notAfter: START + HOUR + DAY, by: expect.any(String) },
      },
    ]);
  });

  it('is asked about once a day, however often it is said, and then only if it is said again', () => {
    const person = ada().receives(says(START + HOUR), says(START + 2 * HOUR), says(START + 24 * HOUR));
    person.receives(track('Product Viewed', START + 3 * DAY));
    expect(asked(person)).toHaveLength(1);
    person.receives(says(START + 3 * DAY + MINUTE));
    expect(asked(person)).toHaveLength(2);
  });

  it('is asked about once a day also when each is said in the future', () => {
    const person = ada();
    for (let n = 1; n <= 10; n++) {
      const at = START + n * MINUTE;
      person.receives({ ...says(at), event: { ...says(at).event, time: at + DAY } });
    }
    expect(asked(person)).toHaveLength(1);
  });

  it('is asked about when she has an address', () => {
    const person = new Person(PLAN).receives(track('Signed Up', START), says(START + HOUR));
    expect(asked(person)).toEqual([]);
    person.receives(identify({ email: 'ada@example.com' }, START + 2 * HOUR));
    expect(asked(person)).toMatchObject([{ at: START + 2 * HOUR }]);
  });

  it('needs no asking where it was confirmed, was taken back, or need not be confirmed', () => {
    const link = (granted: boolean, at: number) =>
      consentInput('k#u1', 's', { at, by: 'preference-page', answers: [{ about: 'email/club', granted }] });
    for (const inputs of [
      [says(START + HOUR, 'club', 'Consent Granted', true), says(START + 2 * HOUR)],
      [link(true, START + HOUR), says(START + 2 * HOUR)],
      [says(START + HOUR, 'news')],
      [says(START + HOUR, 'club', 'Consent Withdrawn')],
    ])
      expect(asked(ada().receives(...inputs))).toEqual([]);
  });

  it('is withheld, with the reason, where her address takes no mail', () => {
    const told = {
      sendId: 's',
      outcome: 'bounced',
      address: addressHash('ada@example.com'),
      at: START + MINUTE,
    } as const;
    const person = ada().receives(receiptInput('k#u1', told), says(START + HOUR));
    expect(asked(person)).toMatchObject([{ kind: 'withheld', topic: 'club', reason: 'address bounced' }]);
  });

  it('that was said before its topic wanted it confirmed sends nothing', () => {
    const person = new Person(planOf({ topics: [{ key: 'club' }] }))
      .receives(identify({ email: 'ada@example.com' }, START))
      .receives(says(START + HOUR));
    person.plan = { ...PLAN, number: 1, publishedAt: START + 2 * HOUR };
    person.receives(track('Product Viewed', START + DAY));
    expect(asked(person)).toEqual([]);
  });
});
