import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../../domain/decisions/effect.ts';
import { decodeEffects, encodeEffects } from '../../domain/decisions/effect-codec.ts';
import { handOff } from '../../domain/delivery/hand-off.ts';
import { CAUSES } from '../../domain/state/cause.ts';
import { EXIT_REASONS } from '../../domain/state/run.ts';
import { DEFAULT_STAGES } from '../../domain/state/stage.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { compileEventPattern } from '../../local/cloud/services/eventbridge/event-pattern.ts';
import { START } from '../support/people.ts';

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const schema = JSON.parse(read('domain-events.schema.json'));
const isValid = new Ajv2020({ allErrors: true }).compile(schema);

/** The same schema for whoever writes events: what it does not name may be read, but not be sent. */
const closed = structuredClone(schema);
const JOURNEYS = ['JourneyEntered', 'JourneyLeft', 'JourneyGoalReached'];
for (const name of ['StageChanged', 'SegmentEntered', 'SegmentLeft', 'UsersMerged', 'UserQuarantined', ...JOURNEYS])
  closed.$defs[name].additionalProperties = false;
const isExact = new Ajv2020({ allErrors: true }).compile(closed);

const RUN = { journey: 'cart', version: 3, run: 'RdJ9xk2A', at: START } as const;

/** Some of every kind there is: a kind more does not compile without an example here. */
const EFFECTS: { readonly [K in Effect['kind']]: readonly Extract<Effect, { kind: K }>[] } = {
  transition: DEFAULT_STAGES.flatMap((to, n) =>
    CAUSES.map((cause) => {
      const from = DEFAULT_STAGES[n - 1];
      return { kind: 'transition', ...(from && { from }), to, at: START, cause, reason: 'first seen 2026-03-02' };
    }),
  ),
  membership: CAUSES.flatMap((cause) =>
    [true, false].map(
      (entered) => ({ kind: 'membership', segment: 'big-spenders', entered, at: START, cause }) as const,
    ),
  ),
  message: [{ kind: 'message', message: 'welcome', channel: 'email', at: START, notAfter: START + 1 }],
  wake: [{ kind: 'wake', at: START }],
  merged: [{ kind: 'merged', other: 'k#ben', at: START }],
  quarantine: [{ kind: 'quarantine', at: START, until: START + 1 }],
  receipt: [{ kind: 'receipt', channel: 'email', outcome: 'bounced', sendId: 'RdJ9xk2A_6_0', at: START }],
  withheld: [{ kind: 'withheld', message: 'welcome', channel: 'email', reason: 'no consent', at: START }],
  run: [
    { kind: 'run', ...RUN, passed: [['ask', 'yes']], to: 'wait' },
    { kind: 'run', ...RUN, entered: '“Product Added”', passed: [], to: 'wait' },
    ...EXIT_REASONS.map((left) => ({ kind: 'run', ...RUN, passed: [], left }) as const),
    { kind: 'run', ...RUN, group: 'test', entered: 'a test', passed: [], left: 'finished' },
  ],
  goal: [
    { kind: 'goal', ...RUN, group: 'holdout', shares: [] },
    { kind: 'goal', ...RUN, step: 'ask', shares: ['ask/a'], revenue: { micros: 49_900_000, currency: 'EUR' } },
  ],
  call: [{ kind: 'call', of: { journey: 'cart', version: 3, run: 'RdJ9xk2A', step: 'tell' }, at: START }],
};

/** What is published of a user's effects, as EventBridge delivers it, after the way over the stream. */
function eventsOf(user: UserKey, ...kinds: Effect['kind'][]) {
  const effects = kinds.flatMap((kind): readonly Effect[] => EFFECTS[kind]);
  const handedOn = handOff(user, 7, decodeEffects(encodeEffects('RdJ9xk2A', effects)));
  return handedOn.flatMap((item) =>
    item.sink === 'bus'
      ? [{ source: 'perennial', 'detail-type': item.event.detailType, detail: JSON.parse(item.event.detail) }]
      : [],
  );
}

const ofPeople = [
  ...eventsOf('k#ada', 'transition', 'membership', 'message', 'wake'),
  ...eventsOf('k#ada', 'run', 'goal'),
  ...eventsOf('k#ada', 'merged', 'quarantine'),
];

describe('a domain event', () => {
  it('is as the schema says, whatever it tells, and has nothing the schema does not name', () => {
    for (const event of [...ofPeople, ...eventsOf('a#kiosk', 'quarantine')]) {
      isExact(event);
      expect(isExact.errors, JSON.stringify(event)).toBeNull();
    }
  });

  it('says of a device that it is one', () => {
    expect(eventsOf('a#kiosk', 'quarantine')).toMatchObject([{ detail: { userId: null, anonymousId: 'kiosk' } }]);
    expect(eventsOf('k#ada', 'quarantine')).toMatchObject([{ detail: { userId: 'ada', anonymousId: null } }]);
  });

  it('tells nobody of who tries a journey', () => {
    const heard = eventsOf('k#ada', 'run').map(({ detail }) => detail.because);
    expect(heard).toEqual(['“Product Added”', ...EXIT_REASONS]);
  });

  it('may have more fields than its reader knows', () => {
    for (const event of ofPeople) expect(isValid({ ...event, detail: { ...event.detail, more: 1 } })).toBe(true);
  });

  it.each([
    ['without an id', { id: undefined }],
    ['at no time', { at: 1_772_452_800_000 }],
    ['of what can be no stage', { to: 'Fast asleep' }],
    ['for a cause there is not', { cause: 'weather' }],
    ['of nobody', { userId: '' }],
  ])('would not pass %s', (_what, wrong) => {
    const [event] = ofPeople;
    expect(isValid(event)).toBe(true);
    expect(isValid({ ...event, detail: { ...event?.detail, ...wrong } })).toBe(false);
  });
});

describe('the schema', () => {
  it('lists the causes of the code, and the events it publishes', () => {
    expect(schema.$defs.cause.enum).toEqual(CAUSES);
    expect(schema.properties['detail-type'].enum).toEqual([...new Set(ofPeople.map((event) => event['detail-type']))]);
  });
});

describe('docs/domain-events.md', () => {
  const page = read('domain-events.md');
  const blocks = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, block = '']) => JSON.parse(block));
  const examples = blocks.filter((block) => typeof block['detail-type'] === 'string');
  const patterns = blocks.filter((block) => Array.isArray(block['detail-type']));

  it('has a good example of each event', () => {
    for (const example of examples) {
      isExact(example);
      expect(isExact.errors, JSON.stringify(example)).toBeNull();
    }
    expect(examples.map((example) => example['detail-type'])).toEqual(schema.properties['detail-type'].enum);
  });

  it('has a rule that picks what it says', () => {
    const [pattern] = patterns;
    const returns = { ...examples[0], detail: { ...examples[0].detail, from: 'dormant', to: 'returning' } };
    expect(compileEventPattern(pattern)(returns)).toBe(true);
    expect(examples.filter(compileEventPattern(pattern))).toEqual([]);
  });

  it('explains every cause', () => {
    const explained = [...page.matchAll(/^\| `([a-z]+)` +\|/gm)].map(([, cause]) => cause);
    expect(explained).toEqual([...CAUSES]);
  });
});
