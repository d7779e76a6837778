import { describe, expect, test } from 'vitest';
import { compileEventPattern } from '../../../local/cloud/services/eventbridge/event-pattern.ts';

const event = {
  source: 'perennial',
  'detail-type': 'Stage Changed',
  detail: {
    stage: 'dormant',
    since: 30,
    score: 0.5,
    gone: null,
    empty: '',
    tags: ['vip', 'eu'],
    ip: '10.0.0.7',
    on: true,
  },
  list: [
    { kind: 'a', n: 1 },
    { kind: 'b', n: 2 },
  ],
  nothing: [],
};
const matches = (pattern: unknown) => compileEventPattern(pattern)(event);
const detail = (field: string, ...alternatives: unknown[]) => matches({ detail: { [field]: alternatives } });

describe('what a leaf meets', () => {
  test.each([
    ['exact text', 'stage', ['dormant'], true],
    ['other text', 'stage', ['active'], false],
    ['one of several', 'stage', ['active', 'dormant'], true],
    ['exact number', 'since', [30], true],
    ['a number is not its text', 'since', ['30'], false],
    ['null', 'gone', [null], true],
    ['true', 'on', [true], true],
    ['empty text', 'empty', [''], true],
    ['one of a list', 'tags', ['eu'], true],
    ['none of a list', 'tags', ['us'], false],
    ['prefix', 'stage', [{ prefix: 'dor' }], true],
    ['prefix, other case', 'stage', [{ prefix: 'DOR' }], false],
    ['prefix ignoring case', 'stage', [{ prefix: { 'equals-ignore-case': 'DOR' } }], true],
    ['suffix', 'stage', [{ suffix: 'ant' }], true],
    ['suffix ignoring case', 'stage', [{ suffix: { 'equals-ignore-case': 'ANT' } }], true],
    ['ignoring case', 'stage', [{ 'equals-ignore-case': 'DORMANT' }], true],
    ['wildcard', 'stage', [{ wildcard: 'd*a*t' }], true],
    ['wildcard that does not fit', 'stage', [{ wildcard: 'd*x' }], false],
    ['wildcard against the whole', 'stage', [{ wildcard: 'orm*' }], false],
    ['anything but text', 'stage', [{ 'anything-but': 'active' }], true],
    ['anything but itself', 'stage', [{ 'anything-but': 'dormant' }], false],
    ['anything but a list', 'stage', [{ 'anything-but': ['active', 'dormant'] }], false],
    ['anything but a number', 'since', [{ 'anything-but': 31 }], true],
    ['anything but a prefix', 'stage', [{ 'anything-but': { prefix: 'act' } }], true],
    ['anything but prefixes', 'stage', [{ 'anything-but': { prefix: ['act', 'dor'] } }], false],
    ['anything but a suffix', 'stage', [{ 'anything-but': { suffix: 'ant' } }], false],
    ['anything but ignoring case', 'stage', [{ 'anything-but': { 'equals-ignore-case': ['DORMANT'] } }], false],
    ['anything but a wildcard', 'stage', [{ 'anything-but': { wildcard: 'a*' } }], true],
    ['anything but, field missing', 'unknown', [{ 'anything-but': 'x' }], false],
    ['exists', 'stage', [{ exists: true }], true],
    ['exists with null', 'gone', [{ exists: true }], true],
    ['exists, field missing', 'unknown', [{ exists: true }], false],
    ['does not exist', 'unknown', [{ exists: false }], true],
    ['does not exist, but does', 'stage', [{ exists: false }], false],
    ['numeric =', 'since', [{ numeric: ['=', 30] }], true],
    ['numeric range', 'since', [{ numeric: ['>', 0, '<=', 30] }], true],
    ['numeric outside', 'since', [{ numeric: ['>', 30] }], false],
    ['numeric of a fraction', 'score', [{ numeric: ['<', 1] }], true],
    ['numeric on text', 'stage', [{ numeric: ['>=', 0] }], false],
    ['cidr', 'ip', [{ cidr: '10.0.0.0/24' }], true],
    ['cidr outside', 'ip', [{ cidr: '10.0.1.0/24' }], false],
    ['value or operator', 'unknown', ['x', { exists: false }], true],
  ])('%s', (_case, field, alternatives, expected) => {
    expect(detail(field, ...alternatives)).toBe(expected);
  });
});

describe('what a whole pattern meets', () => {
  test('all fields must fit', () => {
    expect(matches({ source: ['perennial'], detail: { stage: ['dormant'] } })).toBe(true);
    expect(matches({ source: ['other'], detail: { stage: ['dormant'] } })).toBe(false);
  });

  test('$or needs one branch, beside its neighbours', () => {
    const $or = [{ detail: { stage: ['active'] } }, { detail: { since: [{ numeric: ['>', 20] }] } }];
    expect(matches({ source: ['perennial'], $or })).toBe(true);
    expect(matches({ source: ['other'], $or })).toBe(false);
    expect(matches({ $or: [{ source: ['a'] }, { source: ['b'] }] })).toBe(false);
  });

  test('in a list of objects one and the same must fit', () => {
    expect(matches({ list: { kind: ['a'], n: [1] } })).toBe(true);
    expect(matches({ list: { kind: ['a'], n: [2] } })).toBe(false);
  });

  test('exists is asked of leaves only', () => {
    expect(matches({ detail: [{ exists: true }] })).toBe(false);
    expect(matches({ unknown: { deeper: [{ exists: false }] } })).toBe(true);
    expect(matches({ nothing: [{ exists: false }] })).toBe(true);
  });

  test("a name of JavaScript's own is no field", () => {
    expect(matches({ constructor: [{ exists: false }] })).toBe(true);
  });

  test('a stream record: numbers are text in typed JSON', () => {
    const record = { eventName: 'MODIFY', dynamodb: { NewImage: { fx: { S: '[]' }, version: { N: '7' } } } };
    const meets = (pattern: unknown) => compileEventPattern(pattern)(record);
    expect(meets({ dynamodb: { NewImage: { fx: { S: [{ exists: true }] } } } })).toBe(true);
    expect(meets({ dynamodb: { NewImage: { fx: [{ exists: true }] } } })).toBe(false);
    expect(meets({ dynamodb: { NewImage: { version: { N: [{ numeric: ['>', 5] }] } } } })).toBe(false);
    expect(meets({ dynamodb: { NewImage: { version: { N: ['7'] } } } })).toBe(true);
  });

  test('wildcards can be escaped', () => {
    const meets = (wildcard: string, value: string) => compileEventPattern({ a: [{ wildcard }] })({ a: value });
    expect(meets('50\\* off', '50* off')).toBe(true);
    expect(meets('50\\* off', '50x off')).toBe(false);
    expect(meets('a.c', 'abc')).toBe(false);
    expect(meets('*', 'line\nbreak')).toBe(true);
  });
});

describe('what is not a pattern', () => {
  test.each([
    ['text', 'x'],
    ['a list', []],
    ['an empty object', {}],
    ['an empty object inside', { detail: {} }],
    ['a bare value', { source: 'perennial' }],
    ['an empty list', { source: [] }],
    ['an unknown operator', { source: [{ contains: 'x' }] }],
    ['two operators', { source: [{ prefix: 'a', suffix: 'b' }] }],
    ['a list in a list', { source: [['a']] }],
    ['exists with text', { source: [{ exists: 'true' }] }],
    ['prefix with a number', { source: [{ prefix: 1 }] }],
    ['numeric without a bound', { n: [{ numeric: ['>'] }] }],
    ['numeric with text', { n: [{ numeric: ['>', '1'] }] }],
    ['numeric beyond the bounds', { n: [{ numeric: ['>', 6e9] }] }],
    ['numeric with a wrong operator', { n: [{ numeric: ['!=', 1] }] }],
    ['two stars', { a: [{ wildcard: 'a**b' }] }],
    ['a bad escape', { a: [{ wildcard: 'a\\b' }] }],
    ['anything-but nothing', { a: [{ 'anything-but': [] }] }],
    ['anything-but numeric', { a: [{ 'anything-but': { numeric: ['>', 1] } }] }],
    ['a bad range', { a: [{ cidr: '10.0.0.0/33' }] }],
  ])('%s', (_case, pattern) => {
    expect(() => compileEventPattern(pattern)).toThrow();
  });
});
