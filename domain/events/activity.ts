import type { CustomerEvent } from './event.ts';
import { RECEIPTS } from './understood.ts';

/** Things that were done to a person, or that her device did by itself: they say nothing about her being there. */
export const NOT_HER_DOING: ReadonlySet<string> = new Set([
  ...RECEIPTS,
  'Push Notification Received',
  'Application Uninstalled',
  'Application Crashed',
  'Application Backgrounded',
  'Install Attributed',
]);

/** What only the person can have done, even when a server reports it. */
export const HER_DOING_FROM_ANY_SOURCE: ReadonlySet<string> = new Set(['Order Completed', 'Signed Up', 'Signed In']);

/** Whether the event is something the person did, so that it counts as activity at its own time. */
export function isActivity(event: CustomerEvent): boolean {
  // What somebody is put into or is called says nothing about her being there.
  if (event.type === 'group' || event.type === 'alias') return false;
  const name = event.type === 'track' ? (event.name ?? '') : '';
  if (NOT_HER_DOING.has(name) || name.startsWith('Email ')) return false;
  if (event.source === 'client' || event.activity === true || HER_DOING_FROM_ANY_SOURCE.has(name)) return true;
  // Who says whose a device is has her in front of him.
  return event.type === 'identify' && event.userId !== undefined && event.anonymousId !== undefined;
}

export const isOrder = (event: CustomerEvent): boolean => event.type === 'track' && event.name === 'Order Completed';
