import { type CustomerEvent, countedName } from '../events/event.ts';
import { isInstalled } from './devices.ts';
import { latest } from './latest.ts';
import type { Profile } from './profile.ts';

/** When something was last ended, and when that was last taken back (ms). */
export interface Signal {
  readonly endedAt?: number;
  readonly resumedAt?: number;
}

export type Signals = ReadonlyMap<string, Signal>;

/** Events that say of themselves that a customer has left, and those that take it back. */
export interface SignalDefinition {
  readonly name: string;
  readonly ends: readonly string[];
  readonly resumes: readonly string[];
}

/** Signals by the names of the events that move them. */
export type CompiledSignals = ReadonlyMap<string, readonly { readonly signal: string; readonly ends: boolean }[]>;

export function compileSignals(definitions: readonly SignalDefinition[]): CompiledSignals {
  const byEvent = new Map<string, { signal: string; ends: boolean }[]>();
  const add = (event: string, signal: string, ends: boolean) =>
    byEvent.set(event, [...(byEvent.get(event) ?? []), { signal, ends }]);
  for (const { name, ends, resumes } of definitions) {
    for (const event of ends) add(event, name, true);
    for (const event of resumes) add(event, name, false);
  }
  return byEvent;
}

/** Notes the times of ends and of their opposites; both only grow, so the order of arrival does not matter. */
export function noteSignals(signals: Signals, event: CustomerEvent, compiled: CompiledSignals): Signals {
  const moved = compiled.get(countedName(event) ?? '');
  if (moved === undefined) return signals;
  return mergeSignals(
    signals,
    moved.map(({ signal, ends }) => [signal, ends ? { endedAt: event.time } : { resumedAt: event.time }]),
  );
}

export function mergeSignals(signals: Signals, others: Iterable<readonly [string, Signal]>): Signals {
  let merged: Map<string, Signal> | undefined;
  for (const [name, other] of others) {
    merged ??= new Map(signals);
    const known = merged.get(name) ?? {};
    const endedAt = latest(known.endedAt, other.endedAt);
    const resumedAt = latest(known.resumedAt, other.resumedAt);
    merged.set(name, { ...(endedAt !== undefined && { endedAt }), ...(resumedAt !== undefined && { resumedAt }) });
  }
  return merged ?? signals;
}

/** An end that holds: of what, and since when (ms). */
export interface HoldingEnd {
  readonly of: string;
  readonly since: number;
}

/**
 * The latest end that holds: one whose opposite has not come with a later event time. The app counts as ended when it
 * was uninstalled and is on no device any more; anything she does afterwards, anywhere, takes that back.
 */
export function holdingEnd(profile: Profile): HoldingEnd | undefined {
  let holding = uninstalled(profile);
  for (const [name, { endedAt, resumedAt }] of profile.signals) {
    if (endedAt === undefined || (resumedAt !== undefined && resumedAt > endedAt)) continue;
    if (holding === undefined || endedAt > holding.since) holding = { of: name, since: endedAt };
  }
  return holding;
}

/** Whether one end holds: `app`, or one of the project's. */
export function isEnded(profile: Profile, name: string): boolean {
  if (name === 'app') return uninstalled(profile) !== undefined;
  const { endedAt, resumedAt } = profile.signals.get(name) ?? {};
  return endedAt !== undefined && !(resumedAt !== undefined && resumedAt > endedAt);
}

function uninstalled({ devices, uninstalledAt, activity }: Profile): HoldingEnd | undefined {
  let since = uninstalledAt;
  for (const device of devices) since = latest(since, device.uninstalledAt);
  if (since === undefined || (activity.last !== undefined && activity.last > since)) return undefined;
  return devices.some((device) => isInstalled(device, uninstalledAt)) ? undefined : { of: 'app', since };
}
