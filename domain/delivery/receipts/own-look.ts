import { isJsonObject } from '../../json.ts';
import type { LookLink } from '../tracking/look-link.ts';
import type { Understood } from './receipt.ts';

/** What our own pictures and links see: a receipt in a form of ours, on the queue on which the provider's come. */
export interface OwnLook extends LookLink {
  readonly kind: 'opened' | 'clicked';
  /** When (ms). */
  readonly at: number;
  /** By it machines are told from people. From where somebody looked is not kept. */
  readonly userAgent: string;
}

const VERSION = 1;
const LONGEST_AGENT = 500;

export const encodeLook = ({ userAgent, ...look }: OwnLook): string =>
  JSON.stringify({ look: VERSION, ...look, userAgent: userAgent.slice(0, LONGEST_AGENT) });

/** Understands what `encodeLook` wrote; undefined for what is no look of ours at all. */
export function understandOwnLook(event: unknown): Understood | undefined {
  if (!isJsonObject(event) || event.look === undefined) return undefined;
  const { look, kind, sendId, message, sentAt, at, userAgent, isOfJourney, to } = event;
  if (look !== VERSION || (kind !== 'opened' && kind !== 'clicked')) return { outcome: 'unknown', reason: 'type' };
  if (typeof sentAt !== 'number' || typeof at !== 'number') return { outcome: 'unknown', reason: 'time' };
  if (typeof sendId !== 'string' || typeof message !== 'string') return { outcome: 'foreign' };
  const link = isJsonObject(to) && typeof to.url === 'string' ? { link: to.url } : {};
  const ofJourney = isOfJourney === true ? ({ isOfJourney } as const) : {};
  const base = { sendId, message, sentAt, at, userAgent: typeof userAgent === 'string' ? userAgent : '' };
  return { outcome: 'receipt', receipt: { kind, ...base, ...ofJourney, ...link } };
}
