import { expect, test } from 'vitest';
import { parseSchedule } from '../../../local/cloud/services/eventbridge/schedule-expression.ts';

const start = Date.parse('2026-11-01T00:00:30Z');
const next = (expression: string, after: string): string | undefined => {
  const moment = parseSchedule(expression, start).nextAfter(Date.parse(after));
  return moment === undefined ? undefined : new Date(moment).toISOString().replace('.000Z', 'Z');
};

test.each([
  ['rate(1 minute)', '2026-11-01T00:00:30Z', '2026-11-01T00:01:30Z'],
  ['rate(1 minute)', '2026-11-01T00:01:29Z', '2026-11-01T00:01:30Z'],
  ['rate(1 minute)', '2026-11-01T00:01:30Z', '2026-11-01T00:02:30Z'],
  ['rate(5 minutes)', '2026-11-01T00:01:30Z', '2026-11-01T00:05:30Z'],
  ['rate(1 day)', '2027-02-01T00:00:00Z', '2027-02-01T00:00:30Z'],
  ['cron(0 2 * * ? *)', '2026-11-01T01:59:59Z', '2026-11-01T02:00:00Z'],
  ['cron(0 2 * * ? *)', '2026-11-01T02:00:00Z', '2026-11-02T02:00:00Z'],
  ['cron(0/15 8-17 ? * MON-FRI *)', '2026-11-06T17:45:00Z', '2026-11-09T08:00:00Z'],
  ['cron(30 10 1,15 * ? *)', '2026-11-02T00:00:00Z', '2026-11-15T10:30:00Z'],
  ['cron(0 0 L * ? *)', '2027-02-01T00:00:00Z', '2027-02-28T00:00:00Z'],
  ['cron(0 0 L * ? *)', '2028-02-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['cron(0 0 1W * ? *)', '2026-07-31T12:00:00Z', '2026-08-03T00:00:00Z'],
  ['cron(0 0 15W * ? *)', '2026-11-02T00:00:00Z', '2026-11-16T00:00:00Z'],
  ['cron(0 9 ? * 2#1 *)', '2026-11-03T00:00:00Z', '2026-12-07T09:00:00Z'],
  ['cron(0 9 ? * 6L *)', '2026-11-01T00:00:00Z', '2026-11-27T09:00:00Z'],
  ['cron(0 9 ? * L *)', '2026-11-01T00:00:00Z', '2026-11-07T09:00:00Z'],
  ['cron(0 9 ? * FRI-SUN *)', '2026-11-01T10:00:00Z', '2026-11-06T09:00:00Z'],
  ['cron(0 0 1 JAN ? 2030)', '2026-11-01T00:00:00Z', '2030-01-01T00:00:00Z'],
  ['cron(0 0 1 JAN ? 2020)', '2026-11-01T00:00:00Z', undefined],
  ['cron(0 0 30 2 ? *)', '2026-11-01T00:00:00Z', undefined],
])('%s after %s', (expression, after, expected) => {
  expect(next(expression, after)).toBe(expected);
});

test.each([
  'rate(1 minutes)',
  'rate(5 minute)',
  'rate(0 minutes)',
  'rate(1 week)',
  'at(2026-01-01T00:00:00)',
  'every minute',
  'cron(0 2 * * * *)',
  'cron(0 2 ? * ? *)',
  'cron(0 2 * * ?)',
  'cron(60 2 * * ? *)',
  'cron(0 2 * FOO ? *)',
  'cron(0 2 0 * ? *)',
  'cron(0 2 ? * 8 *)',
  'cron(0 2 ? * 2#6 *)',
  'cron(0/0 2 * * ? *)',
])('%s is refused', (expression) => {
  expect(() => parseSchedule(expression, start)).toThrow('is not valid');
});
