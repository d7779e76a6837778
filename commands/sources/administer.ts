import { DAY } from '../../domain/calendar.ts';
import { parseDuration } from '../../domain/duration.ts';
import type { Source, SourceKey } from '../../domain/events/source.ts';
import { hashOfKey } from '../../lambdas/adapters/source-directory.ts';
import type { SourceRegistry } from '../../lambdas/adapters/source-registry.ts';
import { isUsableKey, keyOf, phasedOut, type SourceWishes, secretsWith, sourceAsWished } from './changes.ts';

/** What an operator asks for, as it was typed. */
export interface SourceRequest extends SourceWishes {
  readonly action: string;
  /** A key that exists already, so that apps in the field go on with it. */
  readonly key?: string | undefined;
  readonly hint?: string | undefined;
  /** How long what is replaced is honoured; an ISO 8601 duration. */
  readonly overlap?: string | undefined;
}

/** Where new keys and secrets come from, and the time (ms). */
export interface Surroundings {
  readonly registry: SourceRegistry;
  readonly random: () => string;
  readonly now: number;
}

export type Administered =
  /** Lines to print. A key or secret is among them this once. */
  | { readonly outcome: 'done'; readonly lines: readonly string[] }
  | { readonly outcome: 'problem'; readonly message: string };

const done = (...lines: string[]): Administered => ({ outcome: 'done', lines });
const problem = (message: string): Administered => ({ outcome: 'problem', message });

/** What is wrong with a request whatever sources there are, or undefined. */
export function problemOfRequest(request: SourceRequest): string | undefined {
  const { action, key, overlap } = request;
  if (overlap !== undefined && parseDuration(overlap) === undefined) return 'The overlap is a duration like P30D.';
  if (key !== undefined && action !== 'revoke-key' && !isUsableKey(key))
    return 'A key has 16 to 200 printable characters, no spaces and no colon.';
  if (action !== 'create' && action !== 'set') return undefined;
  // Which kind a source has, only the table knows: the rest is checked with one that may have what is asked for.
  const kind = request.kind ?? (action === 'set' ? (request.activity ? 'server' : 'client') : undefined);
  const checked = sourceAsWished(undefined, { ...request, kind });
  return checked.outcome === 'problem' ? checked.message : undefined;
}

/** Carries out one request. Throws when the table cannot be reached. */
export async function administer(request: SourceRequest, around: Surroundings): Promise<Administered> {
  const wrong = problemOfRequest(request);
  if (wrong !== undefined) return problem(wrong);
  if (request.action === 'list') return list(around);
  if (request.key !== undefined && request.action !== 'revoke-key') {
    const taken = (await around.registry.keys()).find(({ sha256 }) => sha256 === hashOfKey(request.key ?? ''));
    if (taken !== undefined) return problem(`This key belongs to "${taken.sourceId}" already.`);
  }
  const source = (await around.registry.sources()).find(({ id }) => id === request.id);
  if (request.action === 'create') return create(source, request, around);
  if (source === undefined) return problem(`There is no source "${request.id}".`);
  switch (request.action) {
    case 'set':
      return set(source, request, around);
    case 'add-key':
      return done(await addKey(source, request, around));
    case 'rotate-key':
      return rotateKey(source, request, around);
    case 'revoke-key':
      return revokeKey(source, request, around);
    case 'rotate-secret':
      return rotateSecret(source, request, around);
    default:
      return problem(`Nobody knows how to ${request.action}.`);
  }
}

async function create(existing: Source | undefined, request: SourceRequest, around: Surroundings) {
  if (existing !== undefined) return problem(`There is a source "${request.id}" already; set changes it.`);
  const changed = sourceAsWished(undefined, request);
  if (changed.outcome === 'problem') return changed;
  const { source } = changed;
  if (source.identity === 'signed') {
    const secret = around.random();
    await around.registry.save({ ...source, identitySecrets: [{ secret }] });
    return done(await addKey(source, request, around), `identity secret: ${secret}`);
  }
  await around.registry.save(source);
  return done(await addKey(source, request, around));
}

async function set(existing: Source, request: SourceRequest, { registry, random }: Surroundings) {
  const changed = sourceAsWished(existing, request);
  if (changed.outcome === 'problem') return changed;
  const { source } = changed;
  if (source.identity === 'signed' && source.identitySecrets.length === 0) {
    const secret = random();
    await registry.save({ ...source, identitySecrets: [{ secret }] });
    return done(`identity secret: ${secret}`);
  }
  await registry.save(source);
  return done(describe(source));
}

/** Saves a key, given or new, and returns it. */
async function addKey(source: Source, { key }: SourceRequest, { registry, random, now }: Surroundings) {
  const writeKey = key ?? `${source.kind === 'client' ? 'wk' : 'sk'}_${random()}`;
  await registry.saveKey(keyOf(writeKey, hashOfKey(writeKey), source.id, now));
  return writeKey;
}

const keysOf = async ({ id }: Source, { registry }: Surroundings): Promise<SourceKey[]> =>
  (await registry.keys()).filter(({ sourceId }) => sourceId === id);

async function rotateKey(source: Source, request: SourceRequest, around: Surroundings) {
  const overlap = overlapOf(request);
  const old = phasedOut(await keysOf(source, around), around.now, overlap);
  // The new one first: there is no moment without a key.
  const writeKey = await addKey(source, request, around);
  for (const key of old) await around.registry.saveKey(key);
  return done(writeKey);
}

async function revokeKey(source: Source, { hint, key: writeKey }: SourceRequest, around: Surroundings) {
  const honoured = (await keysOf(source, around)).filter(({ expiresAt = around.now + 1 }) => expiresAt > around.now);
  const named = honoured.filter(({ sha256, ...key }) =>
    writeKey === undefined ? key.hint === hint : sha256 === hashOfKey(writeKey),
  );
  const [key] = named;
  if (key === undefined || named.length > 1)
    return problem(`${named.length} keys in use are like that; list shows their hints, or give the whole --key.`);
  await around.registry.saveKey({ ...key, expiresAt: around.now });
  return done(`${key.hint} is refused from now on; workers notice within a minute.`);
}

async function rotateSecret(source: Source, request: SourceRequest, { registry, random, now }: Surroundings) {
  const overlap = overlapOf(request);
  if (source.kind === 'server') return problem('A server is believed anyway: it has no identity secret.');
  const secret = random();
  await registry.save({ ...source, identitySecrets: secretsWith(source.identitySecrets, secret, now, overlap) });
  return done(`identity secret: ${secret}`);
}

/** A month unless told: apps that are updated by their stores need that. */
const overlapOf = ({ overlap }: SourceRequest): number => parseDuration(overlap) ?? 30 * DAY;

async function list({ registry, now }: Surroundings) {
  const keys = (await registry.keys()).sort((a, b) => a.createdAt - b.createdAt);
  const linesOf = (source: Source) => [
    describe(source),
    ...keys.filter(({ sourceId }) => sourceId === source.id).map((key) => `  ${describeKey(key, now)}`),
  ];
  const lines = (await registry.sources()).flatMap(linesOf);
  return done(...(lines.length > 0 ? lines : ['There is no source yet.']));
}

function describe({ id, kind, identity, origins, activity, eventsPerSecond, eventsPerDay }: Source): string {
  return [
    `${id}: ${kind}, ${identity}`,
    ...(activity ? ['sends activity'] : []),
    ...(origins.length > 0 ? [`from ${origins.join(' ')}`] : []),
    ...(eventsPerSecond === undefined ? [] : [`≤ ${eventsPerSecond} events/s`]),
    ...(eventsPerDay === undefined ? [] : [`≤ ${eventsPerDay} events/day`]),
  ].join(', ');
}

function describeKey({ hint, createdAt, expiresAt }: SourceKey, now: number): string {
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  const end =
    expiresAt === undefined ? '' : expiresAt <= now ? `, refused since ${day(expiresAt)}` : `, until ${day(expiresAt)}`;
  return `${hint} of ${day(createdAt)}${end}`;
}
