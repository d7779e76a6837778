import { describe, expect, it } from 'vitest';
import type { DefinitionType } from '../../../domain/catalog/definition.ts';
import { readDefinition, readExpression } from '../../../domain/catalog/problems/read.ts';

/** What is said about a definition, each problem as `path: message`. */
function said(type: DefinitionType, key: string, body: unknown): string[] {
  const read = readDefinition({ type, key, body });
  return read.outcome === 'read' ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`);
}

const where = (expression: unknown) => said('segment', 'vip', { name: 'VIP', where: expression });
const HOW =
  'say how it compares: is, isNot, in, notIn, contains, startsWith, exists, gt, gte, lt, lte, before or after';

describe('a condition that cannot be understood', () => {
  it.each<[what: string, expression: unknown, message: string]>([
    ['a mistyped question', { trati: 'plan', is: 'pro' }, 'there is no question “trati”; did you mean “trait”?'],
    ['a question nobody knows', { weather: 'rain' }, 'there is no question “weather”'],
    ['no comparison', { trait: 'plan' }, `${HOW}, withinLast or withinNext`],
    ['a number for a comparison', { event: 'X', times: 2 }, '/times: write an object {…} here instead of a number'],
    ['a text for a number', { event: 'X', times: { gte: '2' } }, '/times/gte: write a number here instead of a text'],
    ['a mistyped member', { event: 'X', withn: 'P3D' }, 'there is no “withn” here; did you mean “within”?'],
    [
      'a mistyped property',
      { event: 'X', where: { proprety: 'a', is: 1 } },
      '/where: there is no “proprety” here; did you mean “property”?',
    ],
    ['a property without a comparison', { event: 'X', where: { property: 'a' } }, `/where: ${HOW}`],
    [
      'a window that is too wide',
      { all: [{ stage: 'new' }, { event: 'X', within: 'P180D' }] },
      '/all/1/within: a window is of whole days up to P90D, or of hours up to PT48H',
    ],
    [
      'more single times than are kept',
      { event: 'X', times: { gte: 51 }, within: 'PT24H' },
      '/times/gte: in a window of hours the last 50 times are kept: write at most 50 here, or a window of whole days such as P1D',
    ],
    [
      'exactly as many single times as are kept',
      { event: 'X', times: { eq: 50 }, within: 'PT24H' },
      '/times/eq: in a window of hours the last 50 times are kept: write at most 49 here, or a window of whole days such as P1D',
    ],
    [
      'an amount within hours',
      { event: 'X', sum: { property: 'a', gt: 1 }, within: 'PT24H' },
      '/within: amounts are added up by days: write whole days, at most P90D',
    ],
    [
      'a day before those that are kept',
      { event: 'X', between: ['P90D', 'P60D'] },
      '/between/0: write whole days, at most P89D',
    ],
    ['days ago in the wrong order', { event: 'X', between: ['P31D', 'P60D'] }, '/between: the longer ago comes first'],
    [
      'days in the wrong order',
      { event: 'X', between: ['2026-11-30', '2026-11-01'] },
      '/between: the earlier day comes first',
    ],
    ['a day that is none', { event: 'X', between: ['2026-11-01', '2026-11-31'] }, '/between/1: there is no such day'],
    ['an end that is false', { ended: false }, '/ended: write true, or the name of what ended'],
    [
      'longer ago than calendars reach',
      { activity: 'last', ago: { gte: 'P99999999999D' } },
      '/ago/gte: a hundred years (P36525D) are the longest',
    ],
    [
      'months',
      { event: 'X', within: 'P2M' },
      '/within: write a duration such as P30D or PT12H; months have no length of their own',
    ],
    [
      'a sequence that takes too long',
      { sequence: [{ event: 'X' }], within: 'P30D' },
      '/within: a sequence is looked for in at most the last P7D',
    ],
    [
      'a decline without its window',
      { event: 'X', comparedTo: 'previous', ratio: { lte: 1 } },
      '/within: this is missing',
    ],
    [
      'a mistyped choice',
      { activity: 'lst', ago: { gte: 'P3D' } },
      '/activity: choose one of first, last, return; did you mean “last”?',
    ],
    [
      'capitals in a key',
      { stage: 'New' },
      '/stage: a key is up to 64 small letters, digits and hyphens, and begins with a letter',
    ],
    [
      'a mistake deep inside',
      { not: { all: [{ any: [{ trait: 1, is: 1 }] }] } },
      '/not/all/0/any/0/trait: write a text here instead of a number',
    ],
    ['nothing in a list', { all: [] }, '/all: at least 1'],
    ['a text', 'everybody', 'write an object {…} here instead of a text'],
    ['nothing', undefined, 'this is missing'],
  ])('by %s is told in words', (_what, expression, message) => {
    const [first = '', ...rest] = where(expression);
    expect(first.replace('segments/vip/where', '').replace(/^: /, '')).toBe(message);
    expect(rest).toEqual([]);
  });

  it('because it is too deep or too long is refused before anything walks through it', () => {
    const nested = (levels: number): unknown => (levels === 0 ? { stage: 'new' } : { not: nested(levels - 1) });
    expect(where(nested(8))).toEqual([]);
    expect(where(nested(9))).toEqual([expect.stringContaining('put together up to 8 deep')]);
    expect(where(nested(10_000))).toEqual(['segments/vip: this nests deeper than 40 levels']);
    const wide = {
      all: Array.from({ length: 20 }, () => ({ any: Array.from({ length: 6 }, () => ({ stage: 'new' })) })),
    };
    expect(where(wide)).toEqual([expect.stringContaining('asks at most 100 questions')]);
    const tower = (levels: number): unknown =>
      levels === 0 ? { x: 1 } : { any: Array.from({ length: 20 }, () => tower(levels - 1)) };
    expect(where(tower(3))).toEqual(['segments/vip: this puts more than 2,000 parts together by all, any and not']);
    expect(where({ trait: 'a', in: Array.from({ length: 60_000 }, () => 1) })).toEqual([
      'segments/vip: this has more than 50,000 values',
    ]);
  });

  it('is told of alone, too: a preview’s', () => {
    expect(readExpression({ trati: 1 }, 'where')).toMatchObject({
      outcome: 'problems',
      problems: [{ path: 'where', code: 'unknown-name', severity: 'error' }],
    });
    expect(readExpression({ stage: 'new' }, 'where')).toEqual({ outcome: 'read', value: { stage: 'new' } });
  });
});

const journey = (body: object) =>
  said('journey', 'j', {
    ...{ name: 'J', entries: [{ type: 'event', event: 'X' }], start: 'a', steps: { a: { type: 'exit' } } },
    ...body,
  });

describe('a definition that cannot be understood', () => {
  it.each<[what: string, problems: string[], said: string[]]>([
    [
      'a mistyped step',
      journey({ steps: { a: { type: 'mesage' } } }),
      ['journeys/j/steps/a/type: there is no type “mesage”; did you mean “message”?'],
    ],
    [
      'a mistyped entry',
      journey({ entries: [{ type: 'evnt' }] }),
      ['journeys/j/entries/0/type: there is no type “evnt”; did you mean “event”?'],
    ],
    [
      'a step without an end',
      journey({ steps: { a: { type: 'wait', for: 'P1D' } } }),
      ['journeys/j/steps/a/next: this is missing'],
    ],
    [
      'a channel nobody knows',
      journey({ steps: { a: { type: 'message', send: [{ channel: 'mail', template: 'x' }], next: 'a' } } }),
      [
        'journeys/j/steps/a/send/0/channel: choose one of email, sms, push, whatsapp, web-push, in-app, webhook; did you mean “email”?',
      ],
    ],
    [
      'a mistyped condition of a branch',
      journey({ steps: { a: { type: 'branch', branches: [{ when: { trati: 1 }, next: 'a' }], otherwise: 'a' } } }),
      ['journeys/j/steps/a/branches/0/when: there is no question “trati”; did you mean “trait”?'],
    ],
    [
      'a schedule without a time',
      journey({ entries: [{ type: 'schedule', who: { stage: 'new' } }] }),
      ['journeys/j/entries/0: say one of once and every'],
    ],
    [
      'runs by key of a stage',
      journey({ key: 'orderId', entries: [{ type: 'stage-enter', stage: 'new' }] }),
      ['journeys/j: runs by key are for journeys that events or triggers take people into'],
    ],
    ['no steps', journey({ steps: {} }), ['journeys/j/steps: a journey has at least one step']],
    [
      'a key with capitals',
      said('segment', 'VIP', {}),
      ['segments/VIP: a key is up to 64 small letters, digits and hyphens, and begins with a letter'],
    ],
    ['another key where there is one', said('settings', 'mine', {}), ['settings: the settings has the key default']],
    [
      'a mistyped name',
      said('segment', 'vip', { nmae: 'V', where: { stage: 'new' } }),
      ['segments/vip/name: this is missing', 'segments/vip: there is no “nmae” here; did you mean “name”?'],
    ],
    [
      'a ring that is open',
      said('place', 'p', {
        name: 'P',
        fence: {
          polygon: [
            [
              [1, 2],
              [1, 3],
              [2, 3],
              [1, 4],
            ],
          ],
        },
      }),
      ['places/p/fence/polygon/0: a ring ends where it begins'],
    ],
    [
      'a pole',
      said('place', 'p', { name: 'P', fence: { circle: { center: [0, 89], radiusMeters: 3 } } }),
      ['places/p/fence/circle/center/1: at most 85'],
    ],
    ['a place nowhere', said('place', 'p', { name: 'P' }), ['places/p: say where it is: a fence, or beacons']],
    [
      'a template for no channel',
      said('template', 't', { name: 'T', channel: 'emial' }),
      ['templates/t/channel: there is no channel “emial”; did you mean “email”?'],
    ],
    [
      'an email without a body',
      said('template', 't', { name: 'T', channel: 'email', sender: 's', locales: { en: { subject: 'x' } } }),
      ['templates/t/locales/en: write its body as mjml or as html'],
    ],
    [
      'a zone nobody knows',
      said('settings', 'default', { zone: 'Berlin' }),
      ['settings/zone: write a time zone such as Europe/Berlin'],
    ],
  ])('by %s is told in words', (_what, problems, expected) => {
    expect(problems).toEqual(expected);
  });
});
