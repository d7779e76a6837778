import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIFECYCLE } from '../../domain/catalog/default-lifecycle.ts';
import { HER_DOING_FROM_ANY_SOURCE, NOT_HER_DOING } from '../../domain/events/activity.ts';
import { CONSENT_ANSWERS } from '../../domain/events/consent-answer.ts';
import { isUnderstood, probablyMeant } from '../../domain/events/understood.ts';
import { UNINSTALLED } from '../../domain/state/devices.ts';
import { PURCHASE_EVENTS } from '../../domain/state/purchases.ts';

describe('the names that Perennial itself reads', () => {
  const read = new Set([
    ...NOT_HER_DOING,
    ...HER_DOING_FROM_ANY_SOURCE,
    ...CONSENT_ANSWERS.keys(),
    ...PURCHASE_EVENTS.keys(),
    ...(DEFAULT_LIFECYCLE.ends ?? []).flatMap(({ ends, resumes }) => [...ends, ...resumes]),
    UNINSTALLED,
  ]);

  const table = readFileSync('docs/sending-events.md', 'utf8')
    .split('\n### ')
    .find((section) => section.startsWith('Every event name Perennial reads'));

  it.each([...read])('have %s among them, and so has their table', (name) => {
    expect(isUnderstood(name)).toBe(true);
    expect(table).toContain(`\`${name}\``);
  });

  it.each(['Product Viewed', 'toString', ''])('do not have "%s" among them', (name) => {
    expect(isUnderstood(name)).toBe(false);
  });
});

describe('a name that was probably meant', () => {
  it.each([
    ['order_completed', 'Order Completed'],
    ['OrderCompleted', 'Order Completed'],
    ['order-completed', 'Order Completed'],
    ['ORDER COMPLETED ', 'Order Completed'],
    ['consent withdrawn', 'Consent Withdrawn'],
    ['sms_delivered', 'SMS Delivered'],
  ])('by %s', (written, meant) => {
    expect(probablyMeant(written)).toBe(meant);
  });

  it.each(['Order Completed', 'Orders Completed', 'Clicked', '', 'constructor'])('by "%s" is none', (written) => {
    expect(probablyMeant(written)).toBeUndefined();
  });
});
