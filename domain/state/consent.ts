import type { CustomerEvent } from '../events/event.ts';

/** Whether she wants to be written to on a channel, or about one topic on it, and the proof of it. */
export interface Consent {
  readonly granted: boolean;
  /** When she said so (ms). */
  readonly time: number;
  /** Through which source she said it. */
  readonly source: string;
  /** The version of the words she agreed to, where the app says. */
  readonly wording?: string;
}

export type Consents = ReadonlyMap<string, Consent>;

const ANSWERS: ReadonlyMap<string, boolean> = new Map([
  ['Consent Given', true],
  ['Consent Withdrawn', false],
]);
/** A channel, or a channel and a topic. */
const NAME = /^[a-z][a-z\d-]{0,31}$/i;
const LONGEST_WORDING = 64;
/** Channels times topics; a project has far fewer. */
const MOST = 100;

/** Takes `Consent Given` and `Consent Withdrawn` with the properties `channel` and, if it is about one, `topic`. */
export function noteConsent(consents: Consents, { type, name, time, sourceId, properties }: CustomerEvent): Consents {
  const granted = type === 'track' ? ANSWERS.get(name ?? '') : undefined;
  if (granted === undefined) return consents;
  const { channel, topic, wording } = properties ?? {};
  if (!isName(channel) || (topic !== undefined && topic !== null && !isName(topic))) return consents;
  const about = topic ? `${channel}/${topic}`.toLowerCase() : channel.toLowerCase();
  const said = { granted, time, source: sourceId, ...(isWording(wording) && { wording }) };
  return mergeConsents(consents, [[about, said]]);
}

export function mergeConsents(consents: Consents, others: Iterable<readonly [string, Consent]>): Consents {
  let merged: Map<string, Consent> | undefined;
  for (const [about, consent] of others) {
    const known = (merged ?? consents).get(about);
    if (known === undefined ? (merged ?? consents).size >= MOST : !overrules(consent, known)) continue;
    merged ??= new Map(consents);
    merged.set(about, consent);
  }
  return merged ?? consents;
}

/** Who said it last is right; of two answers at one moment the refusal is, and what is left is decided by the words. */
const overrules = (a: Consent, b: Consent): boolean => {
  if (a.time !== b.time) return a.time > b.time;
  if (a.granted !== b.granted) return !a.granted;
  return proofOf(a) > proofOf(b);
};

const proofOf = ({ source, wording = '' }: Consent) => `${source}\n${wording}`;

const isName = (value: unknown): value is string => typeof value === 'string' && NAME.test(value);
const isWording = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST_WORDING;
