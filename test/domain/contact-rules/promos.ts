import { DAY } from '../../../domain/calendar.ts';
import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import type { BuiltInMessage, MessageEffect, WithheldEffect } from '../../../domain/decisions/effect.ts';
import type { MessageRule } from '../../../domain/decisions/messages.ts';
import { type Plan, planOf } from '../../../domain/decisions/plan.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { type EventInput, eventInput } from '../../../domain/state/input.ts';
import { totalOf } from '../../../domain/state/profile.ts';
import type { Person } from '../../support/people.ts';

/** A message that an event of its own name brings each time it happens. */
export const promo = (name: string, parts: Partial<MessageRule> = {}): MessageRule => ({
  name: name as BuiltInMessage,
  isDue: (profile) => totalOf(profile, name)?.last === profile.asOf && profile.messages.get(name) !== profile.asOf,
  lifetime: 3 * DAY,
  priority: 5,
  ...parts,
});

export const planWith = (
  settings: NonNullable<LiveCatalog['settings']>,
  messages: readonly MessageRule[],
  parts: Parameters<typeof planOf>[0] = {},
): Plan => ({ ...planOf({ ...parts, settings }), messages });

/** Something she did in her app, which says what its clock is. */
export const did = (
  name: string,
  at: number,
  messageId: string,
  timezone?: string,
  properties?: JsonObject,
): EventInput =>
  eventInput({
    ...{ type: 'track', name, messageId, source: 'client', sourceId: 'app', userId: 'u1', time: at, receivedAt: at },
    ...(timezone !== undefined && { context: { timezone } }),
    ...(properties && { properties }),
  });

export const messagesOf = ({ effects }: Person): MessageEffect[] =>
  effects.filter(({ kind }) => kind === 'message') as never;

export const withheldOf = ({ effects }: Person): WithheldEffect[] =>
  effects.filter(({ kind }) => kind === 'withheld') as never;

/** `welcome 08:00`, as her clock shows it. */
export const sentAt = (person: Person, zoneName = 'UTC'): string[] =>
  messagesOf(person).map(({ message, at }) => `${message} ${clock(at, zoneName)}`);

export const clock = (at: number, zoneName = 'UTC'): string =>
  new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zoneName, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }).format(at);
