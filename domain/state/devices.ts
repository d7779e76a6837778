import { deviceIdIn } from '../events/device-id.ts';
import type { CustomerEvent } from '../events/event.ts';
import { isJsonObject } from '../json.ts';
import { type Latest, latest, latestOf } from './latest.ts';

/** A phone, tablet or other thing with an app on it, as the mobile SDKs tell of it. */
export interface Device {
  readonly id: string;
  /** When it last said something (ms); undefined while all we know is that the app is gone from it. */
  readonly seen?: number;
  readonly uninstalledAt?: number;
  readonly fields: DeviceFields;
}

/** `token` is the push token, `app` the app's bundle id, `permission` whether she lets it notify her. */
export type DeviceField = 'token' | 'type' | 'model' | 'app' | 'permission';
export type DeviceFields = Readonly<Partial<Record<DeviceField, Latest<string>>>>;

export const DEVICE_FIELDS: readonly DeviceField[] = ['token', 'type', 'model', 'app', 'permission'];

/** Beyond this the one longest silent goes. */
const MOST = 10;
/** Push tokens have up to a few hundred characters, today's longest about 300. */
const LONGEST = 512;

export const UNINSTALLED = 'Application Uninstalled';

/** What was tried on a device from outside: it says nothing about the app being there. */
const NOT_FROM_IT = /^(?:Push Notification Bounced$|Email |SMS |WhatsApp )/;

/** What an event tells of the device it comes from. */
export function noteDevice(devices: readonly Device[], event: CustomerEvent): readonly Device[] {
  const about = event.context?.device;
  if (!isJsonObject(about)) return devices;
  const id = deviceIdIn(about);
  if (id === undefined) return devices;
  // The app did not say this any more: a push service found it gone.
  if (event.name === UNINSTALLED && event.type === 'track')
    return mergeDevices(devices, [{ id, uninstalledAt: event.time, fields: {} }]);
  const app = event.context?.app;
  const said: Record<DeviceField, unknown> = {
    token: about.token,
    type: about.type,
    model: about.model,
    app: isJsonObject(app) ? (app.namespace ?? app.name) : undefined,
    permission: typeof about.permission === 'boolean' ? String(about.permission) : about.permission,
  };
  const fields: Partial<Record<DeviceField, Latest<string>>> = {};
  for (const name of DEVICE_FIELDS) {
    const value = textIn(said[name], LONGEST);
    if (value !== undefined) fields[name] = { value, time: event.time };
  }
  const isThere = event.type !== 'track' || !NOT_FROM_IT.test(event.name ?? '');
  return mergeDevices(devices, [{ id, ...(isThere && { seen: event.time }), fields }]);
}

export function mergeDevices(devices: readonly Device[], others: readonly Device[]): readonly Device[] {
  if (others.length === 0) return devices;
  const byId = new Map(devices.map((device) => [device.id, device]));
  for (const other of others) {
    const known = byId.get(other.id);
    byId.set(other.id, known === undefined ? other : mergeDevice(known, other));
  }
  return [...byId.values()].sort(bySilence).slice(0, MOST);
}

/** Whether the app is on it still. `everywhere`: when it was uninstalled nobody knows where. */
export function isInstalled({ seen, uninstalledAt }: Device, everywhere: number | undefined): boolean {
  const gone = latest(uninstalledAt, everywhere);
  return seen !== undefined && (gone === undefined || seen > gone);
}

const bySilence = (a: Device, b: Device) => lastHeard(b) - lastHeard(a) || (a.id < b.id ? -1 : 1);
const lastHeard = ({ seen, uninstalledAt }: Device) => latest(seen, uninstalledAt) ?? 0;

function mergeDevice(a: Device, b: Device): Device {
  const seen = latest(a.seen, b.seen);
  const uninstalledAt = latest(a.uninstalledAt, b.uninstalledAt);
  const fields: Partial<Record<DeviceField, Latest<string>>> = {};
  for (const name of DEVICE_FIELDS) {
    const value = latestOf<string, Latest<string>>(a.fields[name], b.fields[name]);
    if (value !== undefined) fields[name] = value;
  }
  return {
    id: a.id,
    ...(seen !== undefined && { seen }),
    ...(uninstalledAt !== undefined && { uninstalledAt }),
    fields,
  };
}

const textIn = (value: unknown, longest: number): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= longest ? value : undefined;
