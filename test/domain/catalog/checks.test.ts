import { describe, expect, it } from 'vitest';
import { DAY } from '../../../domain/calendar.ts';
import { checkProject } from '../../../domain/catalog/checks/check.ts';
import { checkExpression } from '../../../domain/catalog/checks/expression.ts';
import { Project, type Surroundings } from '../../../domain/catalog/checks/project.ts';
import type { Definition } from '../../../domain/catalog/definition.ts';
import type { Expression } from '../../../domain/catalog/expression.ts';
import { readDefinition } from '../../../domain/catalog/problems/read.ts';
import { START } from '../../support/people.ts';
import { journey, lifecycle, segment, template } from './definitions.ts';

const around: Surroundings = {
  zone: 'Europe/Berlin',
  channels: new Set(['email']),
  bindings: new Set(['sender/news']),
  scores: new Set(),
  drafts: new Set(['segment/only-a-draft']),
  seen: new Map([
    ['Order Completed', { last: START, properties: new Set(['revenue']) }],
    ['Old', { last: START - 31 * DAY }],
  ]),
};

/** What is said of a project, as `severity path: message`. */
function said(...definitions: Definition[]): string[] {
  const checked = definitions.map((definition) => {
    const read = readDefinition(definition);
    if (read.outcome === 'problems') throw new Error(JSON.stringify(read.problems));
    return read.value;
  });
  return checkProject(new Project(checked), around, START).map(
    ({ severity, path, message }) => `${severity} ${path}: ${message}`,
  );
}

const wait = { type: 'wait', for: 'P1D' };
const exit = { type: 'exit' };
const news = template('news');
const send = (next: string, channel = 'email') => ({ type: 'message', send: [{ channel, template: 'news' }], next });
const ordered = { event: 'Order Completed' };

/** Each asks twenty times for the one below it. */
const towerOfSegments = (levels: number): Definition[] =>
  Array.from({ length: levels }, (_, level) =>
    segment(`s${level}`, {
      any: Array.from({ length: 20 }, (_, i) =>
        level === 0 ? { trait: `t${i}`, is: true } : { segment: `s${level - 1}` },
      ),
    }),
  );

describe('a project in which all is well', () => {
  it('has no problems', () => {
    expect(
      said(
        lifecycle('trial', 'paying'),
        news,
        segment('vip', { all: [{ stage: 'paying' }, { ...ordered, where: { property: 'revenue', gt: 5 } }] }),
        journey('hello', {
          a: send('b'),
          b: { ...wait, next: 'c' },
          c: { type: 'branch', branches: [{ when: { segment: 'vip' }, next: 'd' }], otherwise: 'a' },
          d: exit,
        }),
      ),
    ).toEqual([]);
  });
});

describe('a project in which something is wrong', () => {
  it.each<[what: string, problems: string[], said: string[]]>([
    [
      'an unknown segment',
      said(segment('vip', { segment: 'vpi' }), segment('b', { segment: 'vipp' })),
      [
        'error segments/vip/where/segment: there is no segment “vpi”; did you mean “vip”?',
        'error segments/b/where/segment: there is no segment “vipp”; did you mean “vip”?',
      ],
    ],
    [
      'a segment that is only a draft',
      said(segment('vip', { segment: 'only-a-draft' })),
      ['error segments/vip/where/segment: the segment “only-a-draft” is only a draft: choose it as well'],
    ],
    [
      'an unknown stage',
      said(segment('vip', { stage: 'dormnt' })),
      ['error segments/vip/where/stage: there is no stage “dormnt”; did you mean “dormant”?'],
    ],
    [
      'a stage that the lifecycle has dropped',
      said(lifecycle('trial', 'paying'), segment('vip', { stage: 'dormant' })),
      ['error segments/vip/where/stage: there is no stage “dormant”; there are trial, paying'],
    ],
    [
      'an end that nobody knows',
      said(segment('vip', { ended: 'subscriptoin' })),
      [
        'error segments/vip/where/ended: nothing is known to end under the name “subscriptoin”; did you mean “subscription”?',
      ],
    ],
    [
      'segments of segments that nobody could answer',
      said(...towerOfSegments(4)),
      [2, 3].map(
        (level) =>
          `error segments/s${level}/where: with the segments it asks for, this asks ${(20 ** (level + 1)).toLocaleString('en')} questions of every person; at most 500 can be answered`,
      ),
    ],
    [
      'an unknown template',
      said(journey('j', { a: send('b'), b: exit })),
      ['error journeys/j/steps/a/send/0/template: there is no template “news”'],
    ],
    [
      'an unknown topic',
      said(template('t', { topic: 'sales' })),
      ['error templates/t/topic: there is no topic “sales”'],
    ],
    [
      'an unknown journey',
      said(journey('j', { a: { type: 'enter-journey', journey: 'k', next: 'b' }, b: exit })),
      ['error journeys/j/steps/a/journey: there is no journey “k”'],
    ],
    [
      'an unknown score',
      said(segment('vip', { score: 'engagement', gte: 10 })),
      ['error segments/vip/where/score: there is no score “engagement”; settings can define some'],
    ],
    [
      'a sender this stage has not',
      said(template('t', { sender: 'nwes' })),
      ['error templates/t/sender: this stage has no binding “sender/nwes”; did you mean “sender/news”?'],
    ],
    [
      'an endpoint this stage has not',
      said(journey('j', { a: { type: 'webhook', endpoint: 'crm', next: 'b' }, b: exit })),
      [
        'error journeys/j/steps/a/endpoint: this stage has no binding “endpoint/crm”; somebody with the role admin sets it up',
      ],
    ],
    [
      'a place before there are places',
      said(segment('vip', { place: 'shop', inside: true })),
      ['warning segments/vip/where/place: there are no places yet, so nobody is at “shop”'],
    ],
    [
      'a message on a channel that is not set up',
      said(news, journey('j', { a: send('b', 'sms'), b: exit })),
      [
        'warning journeys/j/steps/a/send/0/channel: the channel sms is not set up on this stage',
        'error journeys/j/steps/a/send/0/template: the template “news” is for email, not for sms',
      ],
    ],
    [
      'a message whose template is of another class',
      said(
        news,
        journey('j', { a: { ...send('b'), class: 'marketing' }, b: exit }),
        template('promo', { class: 'marketing', locales: { en: { subject: 'Hi', html: '{{ unsubscribe_url }}' } } }),
        journey('k', {
          a: { type: 'message', send: [{ channel: 'email', template: 'promo' }], class: 'transactional', next: 'b' },
          b: exit,
        }),
      ),
      [
        'error journeys/j/steps/a/send/0/template: the template “news” is transactional: as marketing it needs a way to unsubscribe',
        'error journeys/k/steps/a/send/0/template: the template “promo” is marketing: only one that says transactional itself goes to those who refuse marketing',
      ],
    ],
    [
      'a journey for once that begins every year',
      said(journey('j', { a: exit }, { entries: [{ type: 'date', trait: 'birthday', yearly: true, at: '09:00' }] })),
      ['warning journeys/j/entries/0: it comes again, and takes each person in once: say `again`'],
    ],
    [
      'a campaign under the key of a journey',
      said(journey('j', { a: exit }), news, {
        type: 'campaign',
        key: 'j',
        body: {
          ...{ name: 'Sale', who: { stage: 'active' }, once: { day: '2026-12-01', at: '09:00' } },
          message: { send: [{ channel: 'email', template: 'news' }] },
        },
      }),
      ['error campaigns/j: there is a journey “j”: campaigns need keys of their own'],
    ],
    [
      'a condition on a channel that is not set up',
      said(segment('vip', { channel: 'push', reachable: true })),
      ['warning segments/vip/where/channel: the channel push is not set up on this stage'],
    ],
    [
      'an event nobody has seen',
      said(segment('vip', { event: 'Order Complete' })),
      [
        'warning segments/vip/where/event: the event “Order Complete” was not seen lately, or never; did you mean “Order Completed”?',
      ],
    ],
    [
      'an event not seen for long',
      said(segment('vip', { event: 'Old' })),
      ['warning segments/vip/where/event: the event “Old” was not seen in the last 30 days'],
    ],
    [
      'a property not seen with its event',
      said(segment('vip', { ...ordered, sum: { property: 'revenu', gt: 1 } })),
      [
        'warning segments/vip/where/sum/property: the event “Order Completed” was never seen with the property “revenu”; did you mean “revenue”?',
      ],
    ],
    [
      'a segment that asks for itself',
      said(segment('vip', { segment: 'vip' })),
      ['error segments/vip/where/segment: “vip” asks for itself'],
    ],
    [
      'segments in a circle',
      said(segment('a', { segment: 'b' }), segment('b', { not: { segment: 'a' } })),
      ['error segments/a/where/segment: “a” asks for “b”, which asks for “a”: that never ends'],
    ],
    [
      'a circle by the lifecycle',
      said(
        {
          type: 'lifecycle',
          key: 'default',
          body: { stages: [{ name: 'trial', when: { segment: 'a' } }], otherwise: 'paying' },
        },
        segment('a', { stage: 'trial' }),
      ),
      [
        'error lifecycle/stages/0/when/segment: the lifecycle asks for “a”, which asks for the lifecycle: that never ends',
      ],
    ],
    [
      'a stage that asks for a stage',
      said({
        type: 'lifecycle',
        key: 'default',
        body: {
          stages: [
            { name: 'trial', when: { trait: 'plan', is: 'trial' } },
            { name: 'late', when: { not: { stage: 'trial' } } },
          ],
          otherwise: 'paying',
        },
      }),
      [
        'error lifecycle/stages/1/when/not/stage: what a stage means cannot ask for stages: nobody is in one before it is asked',
      ],
    ],
    [
      'a step nobody comes to',
      said(journey('j', { a: exit, b: { ...wait, next: 'a' } })),
      ['error journeys/j/steps/b: nobody ever comes to the step “b”'],
    ],
    [
      'a way to nowhere',
      said(journey('j', { a: { ...wait, next: 'bb' }, b: exit })),
      ['error journeys/j/steps/a/next: there is no step “bb”'],
    ],
    [
      'a loop without a wait',
      said(
        news,
        journey('j', {
          a: send('b'),
          b: { type: 'branch', branches: [{ when: { stage: 'new' }, next: 'a' }], otherwise: 'c' },
          c: exit,
        }),
      ),
      ['error journeys/j/steps/a: “a” → “b” → “a” goes round without a wait'],
    ],
    [
      'a loop through a wait that may be over at once',
      said(
        journey('j', {
          a: { type: 'wait-for', first: [{ when: { stage: 'new' }, next: 'a' }], atMost: 'P1D', otherwise: 'b' },
          b: exit,
        }),
      ),
      ['error journeys/j/steps/a: “a” → “a” goes round without a wait'],
    ],
    [
      'no way out',
      said(journey('j', { a: { ...wait, next: 'b' }, b: { ...wait, next: 'a' } })),
      ['error journeys/j/steps/a: from the step “a” no way leads to an exit'],
    ],
    [
      'shares that do not add up',
      said(
        journey('j', {
          a: {
            type: 'split',
            shares: [
              { name: 'x', percent: 50, next: 'b' },
              { name: 'x', percent: 40.5, next: 'b' },
            ],
          },
          b: exit,
        }),
      ),
      [
        'error journeys/j/steps/a/shares: the shares add up to 90.5 % instead of 100 %',
        'error journeys/j/steps/a/shares: two shares are called “x”',
      ],
    ],
    [
      'a holdout that is not counted in',
      said(
        journey('j', {
          a: {
            type: 'experiment',
            variants: [{ name: 'x', percent: 100, next: 'b' }],
            holdout: { percent: 10, next: 'b' },
          },
          b: exit,
        }),
      ),
      ['error journeys/j/steps/a/variants: the shares add up to 110 % instead of 100 %'],
    ],
    [
      'a look at what is no message',
      said(
        journey('j', {
          a: { type: 'branch', branches: [{ message: { step: 'b', was: 'opened' }, next: 'b' }], otherwise: 'b' },
          b: exit,
        }),
      ),
      ['error journeys/j/steps/a/branches/0/message/step: the step “b” is no message step'],
    ],
    [
      'journeys that enter each other',
      said(
        journey('j', { a: { type: 'enter-journey', journey: 'k', next: 'b' }, b: exit }),
        journey('k', { a: { type: 'enter-journey', journey: 'j', next: 'b' }, b: exit }),
      ),
      ['error journeys/j: people would go from “j” to “k” and back to “j” without a wait'],
    ],
    [
      'two stages of one name',
      said(lifecycle('trial', 'trial')),
      ['error lifecycle/otherwise: two stages are called “trial”'],
    ],
    [
      'another zone',
      said({ type: 'settings', key: 'default', body: { zone: 'Europe/Paris' } }),
      ['error settings/zone: this stage counts days in Europe/Berlin, and that was fixed when it was first deployed'],
    ],
    [
      'languages without a fallback',
      said(template('t', { locales: { en: { subject: 'x', html: 'x' }, de: { subject: 'x', html: 'x' } } })),
      ['error templates/t: say with `fallback` which language is for everybody whose own is not here'],
    ],
    [
      'two of one name',
      said(segment('a', { stage: 'new' }, 'VIP'), segment('b', { stage: 'new' }, 'vip')),
      ['warning segments/b/name: the segment “a” is called “vip” too'],
    ],
    [
      'too many segments',
      said(...Array.from({ length: 501 }, (_, i) => segment(`s${i}`, { stage: 'new' }))),
      ['error segments: a project has at most 500 segments; these are 501'],
    ],
    [
      'more to count than profiles can hold, the totals that must stay included',
      said(
        ...Array.from({ length: 301 }, (_, i) =>
          segment(`s${i}`, { event: `e${i}`, ...(i % 2 === 0 ? { ever: true } : { within: 'P7D' }) }),
        ),
      ).filter((one) => one.startsWith('error')),
      [
        'error segments: segments, stages and journeys ask profiles to count 301 different things, at most 300 can be counted',
      ],
    ],
  ])('by %s is told where and in words', (_what, problems, expected) => {
    expect(problems).toEqual(expected);
  });
});

describe('a question that is answered the same whoever is asked', () => {
  const where = (expression: object) =>
    said(segment('vip', expression))
      .filter((line) => line.includes('this holds for'))
      .map((line) => line.replace('warning segments/vip/where', ''));
  const numbers = (text: string) => `this holds for nobody: it is always a whole number ${text}`;
  const NO_NUMBER = 'this holds for nobody: no number is all of that';
  const NO_TIME = 'this holds for nobody: no time is all of that';

  it.each<[expression: object, lines: string[]]>([
    [{ event: 'A', times: { gte: 0 } }, ['/times: this holds for everybody']],
    [{ event: 'A', times: { gte: 5, lte: 2 } }, [`/times: ${numbers('from 0 on')}`]],
    [{ event: 'A', times: { eq: 1.5 } }, [`/times: ${numbers('from 0 on')}`]],
    [{ event: 'A', times: { lt: 0 } }, [`/times: ${numbers('from 0 on')}`]],
    [{ event: 'A', times: { gt: 1, lt: 2 } }, [`/times: ${numbers('from 0 on')}`]],
    [{ not: { purchases: { gte: 0 } } }, ['/not/purchases: this holds for everybody']],
    [{ activeDays: { gte: 30 }, within: 'P28D' }, [`/activeDays: ${numbers('from 0 to 28')}`]],
    [{ activeDays: { lte: 28 }, within: 'P28D' }, ['/activeDays: this holds for everybody']],
    [{ trait: 'age', gte: 40, lt: 30 }, [`: ${NO_NUMBER}`]],
    [{ trait: 'age', gt: 30, lt: 30 }, [`: ${NO_NUMBER}`]],
    [{ trait: 'born', after: '2000-01-01', before: '2000-01-01' }, [`: ${NO_TIME}`]],
    [{ spent: { gt: 9, lt: 3 } }, [`/spent: ${NO_NUMBER}`]],
    [{ activity: 'last', ago: { gte: 'P60D', lt: 'P30D' } }, [`/ago: ${NO_TIME}`]],
    [{ event: 'A', where: { not: { property: 'x', gt: 9, lt: 3 } } }, [`/where/not: ${NO_NUMBER}`]],
  ])('%j is told of', (expression, lines) => {
    expect(where(expression)).toEqual(lines);
  });

  it.each<[expression: object]>([
    [{ event: 'A', times: { gte: 1 } }],
    [{ event: 'A', times: { lte: 2 } }],
    [{ event: 'A', times: { eq: 0 } }],
    [{ event: 'A', times: { gt: 1, lt: 3 } }],
    [{ activeDays: { gte: 28 }, within: 'P28D' }],
    [{ trait: 'age', gte: 30, lt: 40 }],
    [{ trait: 'age', gte: 30, lte: 30 }],
    [{ trait: 'born', after: '2000-01-01', before: '2000-01-02' }],
    [{ activity: 'last', ago: { gte: 'P30D', lt: 'P60D' } }],
  ])('%j is not', (expression) => {
    expect(where(expression)).toEqual([]);
  });
});

describe('an expression that belongs to no definition', () => {
  it('is checked as a segment would be, and told of where it stands', () => {
    const project = new Project([]);
    const problems = (where: object) =>
      checkExpression(where as Expression, 'body/where', project, around, START).map(({ path, code }) => [path, code]);
    expect(problems({ stage: 'new' })).toEqual([]);
    expect(problems({ all: [{ stage: 'dormnt' }, { event: 'Order Complete', times: { gte: 0 } }] })).toEqual([
      ['body/where/all/0/stage', 'unknown-reference'],
      ['body/where/all/1/event', 'event-not-seen'],
      ['body/where/all/1/times', 'holds-for-everybody'],
    ]);
  });
});
