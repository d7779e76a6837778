import { randomBytes } from 'node:crypto';
import { Door } from './door.ts';
import type { Run } from './step.ts';

export interface Wishes {
  readonly url: string;
  readonly key: string;
  readonly adminToken?: string | undefined;
  readonly to?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly wait: Run['wait'];
}

/** A run of its own: nothing of an earlier one counts in it. */
export function newRun({ url, key, adminToken, to, now, wait }: Wishes): Run {
  const userId = `perennial-smoke-${randomBytes(6).toString('hex')}`;
  return {
    door: new Door({ url, key, adminToken }),
    key,
    admin: adminToken !== undefined,
    to: to && ofItsOwn(to, userId),
    userId,
    startedAt: now,
    messageId: (name) => `${userId}-${name}`,
    taken: new Set(),
    onLaptop: LOOPBACK.has(new URL(url).hostname),
    wait,
  };
}

/**
 * An address of SES's mailbox simulator with a label: one of its own for each run, because an address that has bounced gets
 * nothing more, and none gets a welcome twice a day.
 */
const ofItsOwn = (address: string, label: string): string =>
  address.replace(/^([a-z]+)(@simulator\.amazonses\.com)$/, `$1+${label}$2`);

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** What is wrong with a URL, or undefined. Keys and tokens leave this machine encrypted only. */
export function problemOfUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return `"${url}" is no URL.`;
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))) return undefined;
  return 'The URL begins with https://; http:// is for this machine alone.';
}
