import type { BrandBody } from '../../domain/catalog/brand.ts';
import { DEFAULT_BRAND, type DefinitionType, ONLY_KEY } from '../../domain/catalog/definition.ts';
import type { LiveCatalog } from '../../domain/catalog/live-catalog.ts';
import { contactsOf } from '../../domain/catalog/releases/live.ts';
import type { ReleaseItem } from '../../domain/catalog/releases/release.ts';
import type { SettingsBody } from '../../domain/catalog/settings.ts';
import type { TopicBody } from '../../domain/catalog/topic.ts';
import { PREPARED_FORM, type PreparedEmail } from '../../domain/delivery/email/prepared.ts';
import { type EmailRenderer, emailRenderer } from '../../domain/delivery/email/render.ts';
import type { Topic } from '../../domain/delivery/preferences/choices.ts';
import type { SenderBinding, TemplateReader } from '../adapters/template-reader.ts';
import { errorName, type Log } from '../runtime/log.ts';

/** A worker's memory of what a project writes, and in whose name. */
export interface LiveTemplates {
  /**
   * The template of a key; undefined when none was published. Rejects when nobody can tell.
   * @param since what was published before this moment (ms) counts: another worker has gone by it
   */
  email(key: string, since?: number): Promise<EmailRenderer | undefined>;
  /** The brand of a key, or else the project's; undefined when there is none. */
  brand(key: string | undefined): Promise<BrandBody | undefined>;
  /** The project's language, where it has said one. */
  defaultLocale(): Promise<string | undefined>;
  /** What the project measures, where it has said so. */
  tracking(): Promise<SettingsBody['tracking']>;
  /** Whom a sender's name means here; undefined when nobody has set it up. */
  sender(name: string): Promise<SenderBinding | undefined>;
  /** Where a host's name leads here, without a slash at its end; undefined when nobody has set it up. */
  host(name: string): Promise<string | undefined>;
  /** Whom the project writes to and when: the same object for as long as the same is live. */
  contacts(): Promise<LiveContacts>;
  /** What people can choose to hear about. */
  topics(): Promise<readonly Topic[]>;
}

export type LiveContacts = Pick<LiveCatalog, 'settings' | 'topics'>;

export interface LiveTemplatesDependencies {
  readonly reader: TemplateReader;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** A publish is with every worker within this (ms), and so is another address of a sender. */
const READ_EVERY = 10_000;

/** Of each kind in a worker's memory: at 200 KB each they fill less than half of it. */
const MOST_KEPT = 200;

const NOTHING: readonly ReleaseItem[] = [];

export function liveTemplates({ reader, now, log }: LiveTemplatesDependencies): LiveTemplates {
  let live: { readonly release: string | undefined; readonly items: readonly ReleaseItem[] } | undefined;
  let readAgainAt = Number.NEGATIVE_INFINITY;
  /** By address: parts stay as they are. */
  const parts = new Map<string, Promise<object>>();
  const renderers = new Map<string, EmailRenderer>();
  let contacts: { readonly items: readonly ReleaseItem[]; readonly of: LiveContacts } | undefined;

  async function refresh(): Promise<void> {
    try {
      const release = (await reader.readPointer())?.release;
      if (live === undefined || live.release !== release)
        live = { release, items: release === undefined ? [] : await reader.readItems(release) };
    } catch (error) {
      if (live === undefined) throw error;
      log('catalog-unreadable', { error: errorName(error) });
    }
    // Also after a failure: a table that does not answer is not asked with every message.
    readAgainAt = now() + READ_EVERY;
  }

  async function itemOf(type: DefinitionType, key: string, since?: number): Promise<ReleaseItem | undefined> {
    const readAt = readAgainAt - READ_EVERY;
    if (now() >= readAgainAt || (since !== undefined && readAt <= since)) await refresh();
    return live?.items.find((item) => item.type === type && item.key === key);
  }

  /** One reading for all that wait for it; what failed is read again. */
  function partAt(address: string): Promise<object> {
    const known = parts.get(address);
    if (known !== undefined) return known;
    if (parts.size >= MOST_KEPT) parts.clear();
    const reading = reader.readPart(address);
    parts.set(address, reading);
    reading.catch(() => parts.delete(address));
    return reading;
  }

  async function bodyOf<Body extends object>(type: DefinitionType, key: string): Promise<Body | undefined> {
    const item = await itemOf(type, key);
    return item && ((await partAt(item.part)) as Body);
  }

  /** What a binding says, asked again every ten seconds. */
  function binding<Value>(read: (name: string) => Promise<Value>): (name: string) => Promise<Value> {
    const known = new Map<string, { readonly at: number; readonly value: Value }>();
    return async (name) => {
      const last = known.get(name);
      if (last !== undefined && now() < last.at + READ_EVERY) return last.value;
      const value = await read(name);
      known.set(name, { at: now(), value });
      return value;
    };
  }

  return {
    async email(key, since) {
      const address = (await itemOf('template', key, since))?.ready?.part;
      if (address === undefined) return undefined;
      const known = renderers.get(address);
      if (known !== undefined) return known;
      const prepared = (await reader.readPart(address)) as PreparedEmail;
      if (prepared.form !== PREPARED_FORM) throw new Error('A template was prepared by a newer release');
      if (renderers.size >= MOST_KEPT) renderers.clear();
      const renderer = emailRenderer(prepared);
      renderers.set(address, renderer);
      return renderer;
    },
    brand: (key) => bodyOf<BrandBody>('brand', key ?? DEFAULT_BRAND),
    async defaultLocale() {
      return (await bodyOf<SettingsBody>('settings', ONLY_KEY))?.defaultLocale;
    },
    async tracking() {
      return (await bodyOf<SettingsBody>('settings', ONLY_KEY))?.tracking;
    },
    sender: binding((name) => reader.readSender(name)),
    async contacts() {
      if (now() >= readAgainAt) await refresh();
      const { items } = live ?? { items: NOTHING };
      if (contacts?.items === items) return contacts.of;
      const deciding = items.filter(({ type }) => type === 'settings' || type === 'topic');
      const bodies = new Map(await Promise.all(deciding.map(async (item) => [item, await partAt(item.part)] as const)));
      contacts = { items, of: contactsOf(deciding, (item) => bodies.get(item)) };
      return contacts.of;
    },
    async topics() {
      if (now() >= readAgainAt) await refresh();
      const topics = (live?.items ?? NOTHING).filter(({ type }) => type === 'topic');
      return Promise.all(topics.map(async ({ key, part }) => ({ ...((await partAt(part)) as TopicBody), key })));
    },
    host: binding(async (name) => (await reader.readHost(name))?.replace(/\/+$/, '')),
  };
}
