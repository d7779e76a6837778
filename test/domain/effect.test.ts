import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import { advance } from '../../domain/decisions/advance.ts';
import type { Effect } from '../../domain/decisions/effect.ts';
import { decodeEffects, encodeEffects } from '../../domain/decisions/effect-codec.ts';
import { DEFAULT_PLAN } from '../../domain/decisions/plan.ts';
import { dueInput, type Input } from '../../domain/state/input.ts';
import { identify, START, track } from '../support/people.ts';

describe('effects of a commit', () => {
  const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 });
  const by = fc.option(id, { nil: undefined }).map((one) => (one === undefined ? {} : { by: one }));
  const moment = fc.nat({ max: 2_000_000_000_000 });
  const topic = fc.option(fc.constantFrom('news', 'offers'), { nil: undefined });
  const withTopic = topic.map((one) => (one === undefined ? {} : { topic: one }));
  const withheld: fc.Arbitrary<Effect> = fc
    .record({ at: moment, wait: fc.nat({ max: DAY }), about: withTopic, by })
    .map(({ at, wait, about, by }) => ({
      ...{ kind: 'withheld', message: 'welcome', channel: 'email', reason: 'quiet hours', at },
      ...{ ...(wait > 0 && { until: at + wait }), ...about, ...by },
    }));
  const effect: fc.Arbitrary<Effect> = fc.oneof(
    fc.record({ at: moment, wait: fc.nat({ max: DAY }), isTransactional: fc.boolean(), about: withTopic, by }).map(
      ({ at, wait, isTransactional, about, by }): Effect => ({
        ...{ kind: 'message', message: 'we-miss-you', channel: 'email', at, notAfter: at + 2 * DAY },
        ...{ ...(wait > 0 && { notBefore: at + wait }), ...(isTransactional && { class: 'transactional' }) },
        ...{ ...about, ...by },
      }),
    ),
    fc.record({ at: moment, by }).map(
      ({ at, by }): Effect => ({
        kind: 'transition',
        to: 'new',
        at,
        cause: 'activity',
        reason: 'first-activity',
        ...by,
      }),
    ),
    fc.record({ at: moment, by }).map(
      ({ at, by }): Effect => ({
        kind: 'message',
        message: 'welcome',
        channel: 'email',
        at,
        notAfter: at + DAY,
        ...by,
      }),
    ),
    fc.record({ at: moment, by }).map(({ at, by }): Effect => ({ kind: 'merged', other: 'k#bo', at, ...by })),
    fc.record({ at: moment, by }).map(({ at, by }): Effect => ({ kind: 'quarantine', at, until: at + DAY, ...by })),
    moment.map((at): Effect => ({ kind: 'wake', at })),
    fc
      .record({ at: moment, outcome: fc.constantFrom('bounced' as const, 'complained' as const), by })
      .map(({ by, ...rest }): Effect => ({ kind: 'receipt', channel: 'email', sendId: 'l_1_2', ...rest, ...by })),
  );

  const group = fc.option(fc.constantFrom('holdout' as const, 'test' as const), { nil: undefined });
  const ofRun = fc.record({ journey: fc.constant('cart'), version: fc.nat(), run: id, at: moment, group, by });
  const ofJourney: fc.Arbitrary<Effect> = fc.oneof(
    fc.tuple(ofRun, fc.array(fc.constantFrom(['ask', 'yes'] as const, ['wait'] as const)), fc.boolean()).map(
      ([{ by: brought, ...run }, passed, isIn]): Effect => ({
        ...{
          kind: 'run',
          ...run,
          passed,
          ...(isIn ? { entered: 'an event', to: 'wait' } : { left: 'goal', from: { step: 'wait', version: 3 } }),
          ...brought,
        },
      }),
    ),
    fc.tuple(ofRun, fc.boolean()).map(
      ([{ by: brought, ...run }, isWorth]): Effect => ({
        ...{ kind: 'goal', ...run, shares: ['test/a'], ...(isWorth && { step: 'mail' }) },
        ...{ ...(isWorth && { revenue: { micros: 1_990_000, currency: 'EUR' } }), ...brought },
      }),
    ),
    fc.tuple(ofRun, fc.boolean()).map(
      ([{ by: brought, at, ...run }, isKeyed]): Effect => ({
        ...{ kind: 'call', of: { ...run, step: 'tell', ...(isKeyed && { keyed: true as const }) }, at, ...brought },
      }),
    ),
    fc.tuple(ofRun, withTopic).map(
      ([{ by: brought, at, ...run }, about]): Effect => ({
        ...{ kind: 'withheld', message: 'mail', channel: 'email', reason: 'no consent', at, ...about, ...brought },
        of: { ...run, step: 'mail' },
      }),
    ),
  );

  it('of journeys stand behind all others', () => {
    fc.assert(
      fc.property(fc.array(effect, { maxLength: 4 }), fc.array(ofJourney, { maxLength: 4 }), (others, ofThem) => {
        const withheldFirst = ofThem.toSorted((a, b) => Number(a.kind !== 'withheld') - Number(b.kind !== 'withheld'));
        const { effects } = decodeEffects(encodeEffects('lineage', [...ofThem, ...others]));
        expect(effects).toEqual([...others, ...withheldFirst]);
      }),
    );
  });

  it('are read as they were written, with what brought them', () => {
    fc.assert(
      fc.property(fc.array(effect, { maxLength: 6 }), (effects) => {
        expect(decodeEffects(encodeEffects('lineage', effects))).toEqual({ lineage: 'lineage', effects });
      }),
    );
  });

  it('of which some are withheld have those last; releases that know of none find the others under the same numbers', () => {
    fc.assert(
      fc.property(
        fc.array(effect, { maxLength: 6 }),
        fc.array(withheld, { minLength: 1, maxLength: 3 }),
        (others, held) => {
          const text = encodeEffects('lineage', [...held, ...others]);
          expect(decodeEffects(text).effects).toEqual([...others, ...held]);
          const asBefore = JSON.stringify((JSON.parse(text) as unknown[]).slice(0, 4));
          expect(decodeEffects(asBefore).effects).toEqual(others);
        },
      ),
    );
  });

  it('are read as releases before wrote them, who kept nothing of what brought them', () => {
    const text =
      '[1,"lineage",[["t",0,"new",1000,"activity","first-activity"],["m","welcome","email",1000,5],["q",1000,5]]]';
    expect(decodeEffects(text).effects).toEqual([
      { kind: 'transition', to: 'new', at: 1_000, cause: 'activity', reason: 'first-activity' },
      { kind: 'message', message: 'welcome', channel: 'email', at: 1_000, notAfter: 1_005 },
      { kind: 'quarantine', at: 1_000, until: 1_005 },
    ]);
  });

  it('name an id that brought several of them once', () => {
    const uuid = '0f8c2a52-8b5c-4a3e-9a51-0c8d37a3e0f1';
    const effects: Effect[] = [
      { kind: 'transition', to: 'new', at: START, cause: 'activity', reason: 'first-activity', by: uuid },
      { kind: 'message', message: 'welcome', channel: 'email', at: START, notAfter: START + 3 * DAY, by: uuid },
    ];
    const text = encodeEffects('RdJ9xk2A', effects);
    expect(text.split(uuid)).toHaveLength(2);
    expect(text.length).toBeLessThan(effects.length * 150);
  });
});

describe('what brought an effect', () => {
  const inputsOf = (...inputs: Input[]) => advance(undefined, inputs, DEFAULT_PLAN);

  it('is the event that came in', () => {
    const { effects } = inputsOf(identify({ email: 'ada@shop.example' }, START, { messageId: 'm-1' }));
    expect(effects.map(({ kind, ...rest }) => [kind, 'by' in rest ? rest.by : undefined])).toEqual([
      ['transition', 'm-1'],
      ['message', 'm-1'],
    ]);
  });

  it('is the due time, whether its own input came or the next event was faster', () => {
    const first = track('A', START);
    const { profile } = inputsOf(first);
    const dueAt = profile.dueAt ?? 0;
    const byTime = advance(profile, [dueInput(profile.key, dueAt)], DEFAULT_PLAN).effects;
    const byEvent = advance(profile, [track('B', dueAt + DAY, { messageId: 'm-2' })], DEFAULT_PLAN).effects;
    expect(byTime[0]).toMatchObject({ kind: 'transition', by: `due-${dueAt}` });
    expect(byEvent[0]).toEqual(byTime[0]);
  });
});
