import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../domain/calendar.ts';
import type { Answer } from '../../domain/decisions/horizon.ts';
import { stageOf } from '../../domain/decisions/lifecycle.ts';
import { type Plan, planOf } from '../../domain/decisions/plan.ts';
import type { CustomerEvent } from '../../domain/events/event.ts';
import { type EventInput, eventInput } from '../../domain/state/input.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { Stage } from '../../domain/state/stage.ts';
import { zoneNamed } from '../../domain/zone.ts';
import { lifeOf } from '../support/lives.ts';
import { Person, START, track } from '../support/people.ts';
import { runs } from '../support/runs.ts';

/*
 * The lifecycle once more, in the words of its definition, from raw events: nothing of the product's own code, no state,
 * everything looked for again each time it is asked.
 */

const DONE_TO_HER = [
  ...['Push Notification Received', 'Push Notification Bounced', 'Application Uninstalled', 'Application Crashed'],
  ...['Application Backgrounded', 'Install Attributed'],
  ...['SMS Delivered', 'SMS Bounced', 'WhatsApp Delivered', 'WhatsApp Read'],
];

function isHerDoing({ type, name = '', source, activity, userId, anonymousId }: CustomerEvent): boolean {
  if (type === 'group' || type === 'alias') return false;
  if (type === 'track' && (DONE_TO_HER.includes(name) || name.startsWith('Email '))) return false;
  if (source === 'client' || activity) return true;
  if (type === 'track') return ['Order Completed', 'Signed Up', 'Signed In'].includes(name);
  return type === 'identify' && userId !== undefined && anonymousId !== undefined;
}

/** The calendar, by ICU alone. */
const daysKnown = new Map<string, number>();
const clocks = new Map<string, Intl.DateTimeFormat>();
function dayIn(zone: string, time: number): number {
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone });
  clocks.set(zone, clock);
  const hour = `${zone} ${Math.floor(time / HOUR)}`;
  // All changes of these zones are at full hours.
  const day = daysKnown.get(hour) ?? Date.parse(clock.format(time)) / DAY;
  daysKnown.set(hour, day);
  return day;
}

const newest = (times: readonly number[]): number => Math.max(Number.NEGATIVE_INFINITY, ...times);

/** One person, as a list of what came in for her. */
class Raw {
  readonly events: CustomerEvent[] = [];
  returnedAt = Number.NEGATIVE_INFINITY;
  readonly zone: string;

  constructor(zone: string) {
    this.zone = zone;
  }

  receives(event: CustomerEvent, now: number): void {
    const wasAway = this.#isAway(now);
    this.events.push(event);
    if (!wasAway || !isHerDoing(event)) return;
    const before = this.returnedAt;
    this.returnedAt = event.time;
    if (this.#isAway(now)) this.returnedAt = before;
  }

  stageAt(now: number): Stage | undefined {
    const { events } = this;
    if (events.length === 0) return undefined;
    const activities = events.filter(isHerDoing).map(({ time }) => time);
    const stand = this.#standsForActivity();
    const last = activities.length > 0 ? newest(activities) : stand;
    const first = activities.length > 0 ? Math.min(...activities) : stand;

    if (this.#hasEnded(newest(activities)) || now - last >= 90 * DAY) return 'churned';
    if (now - last >= 30 * DAY) return 'dormant';
    if (now < this.returnedAt + 7 * DAY) return 'returning';
    if (now < first + 7 * DAY) return 'new';
    if (now - last >= this.#tolerated(activities) * DAY) return 'at-risk';
    return this.#isLoyal(activities, now) ? 'loyal' : 'active';
  }

  #isAway(now: number): boolean {
    return ['dormant', 'churned'].includes(this.stageAt(now) ?? '');
  }

  /** A past createdAt, else the first live input. */
  #standsForActivity(): number {
    const received = Math.min(...this.events.map(({ receivedAt }) => receivedAt));
    const live = Math.min(received, ...this.events.map(({ time }) => time));
    const trait = (name: string) =>
      this.events
        .filter(({ type, traits }) => type === 'identify' && traits?.[name] !== undefined)
        .toSorted((a, b) => a.time - b.time)
        .at(-1)?.traits?.[name];
    const created = Date.parse(String(trait('createdAt') ?? trait('created_at')));
    return created < received ? created : live;
  }

  #timesOf(...names: string[]): number[] {
    return this.events
      .filter(({ type, name = '' }) => type === 'track' && names.includes(name))
      .map(({ time }) => time);
  }

  /** Account deleted, subscription cancelled, or uninstalled with no device left, and not taken back later. */
  #hasEnded(lastActivity: number): boolean {
    const holds = (ends: string, ...opposites: string[]) =>
      this.#timesOf(ends).length > 0 && newest(this.#timesOf(...opposites)) <= newest(this.#timesOf(ends));
    if (holds('Account Deleted', 'Signed Up')) return true;
    if (holds('Subscription Cancelled', 'Subscription Started', 'Subscription Created', 'Order Completed')) return true;

    const isUninstall = ({ type, name }: CustomerEvent) => type === 'track' && name === 'Application Uninstalled';
    const deviceOf = ({ context }: CustomerEvent) => (context?.device as { id?: string } | undefined)?.id;
    // Somebody tried something on it, or by another channel: that says nothing of whether the app is there.
    const isTried = ({ type, name = '' }: CustomerEvent) =>
      type === 'track' && (name === 'Push Notification Bounced' || /^(Email|SMS|WhatsApp) /.test(name));
    const uninstalls = this.events.filter(isUninstall);
    if (uninstalls.length === 0 || lastActivity > newest(uninstalls.map(({ time }) => time))) return false;
    const devices = new Set(this.events.map(deviceOf).filter((id) => id !== undefined));
    const isLeft = (id: string) => {
      const seen = this.events.filter((event) => deviceOf(event) === id && !isUninstall(event) && !isTried(event));
      const gone = uninstalls.filter((event) => [id, undefined].includes(deviceOf(event)));
      return newest(seen.map(({ time }) => time)) > newest(gone.map(({ time }) => time));
    };
    return ![...devices].some(isLeft);
  }

  /** How many days of silence are like her. */
  #tolerated(activities: readonly number[]): number {
    const days = [...new Set(activities.map((time) => dayIn(this.zone, time)))].sort((a, b) => a - b);
    const recent = days.filter((day) => day > newest(days) - 90);
    const gaps = recent.slice(1).map((day, i) => day - (recent[i] as number));
    gaps.sort((a, b) => a - b);
    return gaps.length < 3 ? 21 : Math.max(7, 3 * (gaps[Math.floor((gaps.length - 1) / 2)] as number));
  }

  #isLoyal(activities: readonly number[], now: number): boolean {
    const today = dayIn(this.zone, now);
    const within = (times: readonly number[], days: number) =>
      times.map((time) => dayIn(this.zone, time)).filter((day) => day > today - days);
    const bought = within(this.#timesOf('Order Completed'), 90).length;
    const cancelled = within(this.#timesOf('Order Cancelled'), 90).length;
    return bought - cancelled >= 3 || new Set(within(activities, 28)).size >= 12;
  }
}

/** Each event at a moment of its own: who wrote a trait last at one moment is decided by hashes. */
const apart = (inputs: readonly EventInput[]): EventInput[] =>
  inputs.map(({ event }, place) =>
    eventInput({ ...event, time: event.time + place, receivedAt: event.receivedAt + place }),
  );

/** Nearly every day somewhere, orders and all: who is loyal or at risk is rarely that among things at random. */
const busy = (start: number): fc.Arbitrary<EventInput[]> =>
  fc
    .array(
      fc.tuple(
        fc.integer({ min: 1, max: 4 * 24 }),
        fc.constantFrom('A', 'A', 'A', 'Order Completed', 'Order Completed', 'Order Cancelled'),
        fc.constantFrom<'client' | 'server'>('client', 'client', 'server'),
      ),
      { minLength: 3, maxLength: 40 },
    )
    .map((steps) => {
      let time = start;
      return steps.map(([hours, name, source], place) => {
        time += hours * HOUR;
        return track(name, time, { source, messageId: `b${place}` });
      });
    });

/** Now and then something: the usual gap is long. */
const seldom = (start: number): fc.Arbitrary<EventInput[]> =>
  fc
    .array(fc.tuple(fc.integer({ min: 3, max: 33 }), fc.constantFrom('A', 'A', 'Order Completed', 'Order Cancelled')), {
      minLength: 3,
      maxLength: 14,
    })
    .map((steps) => {
      let time = start;
      return steps.map(([days, name], place) => {
        time += days * DAY;
        const source = name === 'Order Cancelled' ? 'server' : 'client';
        return track(name, time, { source, messageId: `s${place}` });
      });
    });

const WORLDS: readonly (readonly [string, number])[] = [
  ['UTC', START],
  ['Europe/Berlin', START],
  ['America/Sao_Paulo', Date.parse('2018-08-20T12:00:00Z')],
];

const lifeIn = (start: number): fc.Arbitrary<EventInput[]> =>
  fc.oneof(
    lifeOf({ span: 150 * DAY, start, most: 40 }).map(apart),
    lifeOf({ span: 10 * DAY, start, most: 12 }).map(apart),
    busy(start),
    seldom(start),
  );

interface Lived {
  readonly profile: Profile;
  readonly raw: Raw;
}

function live(inputs: readonly EventInput[], plan: Plan): Lived {
  const raw = new Raw(plan.zone.name);
  const person = new Person(plan);
  for (const input of inputs) {
    person.receives(input);
    raw.receives(input.event, input.at);
  }
  return { profile: person.profile as Profile, raw };
}

const asked = ({ profile }: Lived, plan: Plan, now: number) => stageOf(profile, plan.lifecycle, now) as Answer<Stage>;

describe.each(WORLDS)('stages in %s', (name, start) => {
  const zone = zoneNamed(name);
  const plan = planOf(zone && { zone });
  const lived = lifeIn(start).map((inputs) => live(inputs, plan));

  it('are what the definition says of the raw events, now and at any time without further ones', () => {
    fc.assert(
      fc.property(lived, fc.array(fc.integer({ min: 0, max: 130 * 24 * 60 }), { minLength: 8 }), (one, minutes) => {
        const { profile, raw } = one;
        expect(profile.stage?.name).toBe(raw.stageAt(profile.asOf));
        for (const minute of minutes) {
          const now = profile.asOf + minute * 60_000;
          expect(asked(one, plan, now).value).toBe(raw.stageAt(now));
        }
      }),
      runs(150),
    );
  });

  it('stay until their horizon and are then what the definition says, horizon after horizon', () => {
    fc.assert(
      fc.property(
        lived,
        fc.integer({ min: 0, max: 20 * 24 }),
        fc.float({ min: 0, max: 1, noNaN: true }),
        (one, hours, part) => {
          let now = one.profile.asOf + hours * HOUR;
          for (let turns = 0; turns < 20; turns++) {
            const { value, until, due } = asked(one, plan, now);
            if (until === Number.POSITIVE_INFINITY) {
              expect(one.raw.stageAt(now + 1_000 * DAY)).toBe(value);
              return;
            }
            expect(until).toBeGreaterThan(now);
            expect(due - until).toBeGreaterThanOrEqual(0);
            expect(due - until).toBeLessThan(HOUR);
            expect(one.raw.stageAt(until - 1)).toBe(value);
            expect(one.raw.stageAt(Math.floor(now + (until - 1 - now) * part))).toBe(value);
            const next = asked(one, plan, until).value;
            expect(next).toBe(one.raw.stageAt(until));
            // With cancellations somebody can become loyal again by time alone, in the moment in which she would cease to be.
            if (one.profile.purchases.cancelled === 0) expect(next).not.toBe(value);
            now = until;
          }
          throw new Error('time goes on and on');
        },
      ),
      runs(150),
    );
  });

  it('are looked at again in time: a profile’s due time is never later than its answer’s', () => {
    fc.assert(
      fc.property(lived, (one) => {
        const { due } = asked(one, plan, one.profile.asOf);
        expect(one.profile.dueAt ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(due);
      }),
      runs(150),
    );
  });
});
