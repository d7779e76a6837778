import { expect, it } from 'vitest';
import { DAY } from '../../../domain/calendar.ts';
import { planOf } from '../../../domain/decisions/plan.ts';
import { identify, Person, START } from '../../support/people.ts';
import { messagesOf } from './promos.ts';

it.each([
  [undefined, ['welcome', 'we-miss-you']],
  [{ welcome: true }, ['welcome', 'we-miss-you']],
  [{ welcome: false }, ['we-miss-you']],
  [{ welcome: false, 'we-miss-you': false }, []],
] as const)('of the built-in messages, with %j, she gets %j', (builtInMessages, expected) => {
  const plan = planOf({ settings: builtInMessages ? { builtInMessages } : {} });
  const person = new Person(plan).receives(identify({ email: 'ada@shop.example' }, START)).waitsUntil(START + 31 * DAY);
  expect(messagesOf(person).map(({ message }) => message)).toEqual(expected);
});
