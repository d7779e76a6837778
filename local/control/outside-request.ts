import { isJsonObject } from '../../domain/json.ts';
import type { OutsideAnswer } from '../cloud/outside.ts';

const USE = 'Send {"host":"hooks.crm.example","answers":503}: a status from 200 to 599, or "lost" when nobody answers.';

/** How somebody wants a system of the laptop's internet to answer from now on, or what is wrong with it. */
export function outsideWishOf(body: unknown): { readonly host: string; readonly answer: OutsideAnswer } | string {
  if (!isJsonObject(body)) return USE;
  const { host, answers, ...others } = body;
  if (Object.keys(others).length > 0 || typeof host !== 'string' || !/^[a-z0-9.-]{1,253}$/.test(host)) return USE;
  if (answers === 'lost') return { host, answer: 'lost' };
  const isStatus = typeof answers === 'number' && Number.isInteger(answers) && answers >= 200 && answers <= 599;
  return isStatus ? { host, answer: { status: answers } } : USE;
}

const SECRET = 'Send {"name":"perennial/local/crm","value":"whsec_…"}.';

/** A secret that somebody wants in the laptop's Secrets Manager, or what is wrong with it. */
export function secretOf(body: unknown): { readonly name: string; readonly value: string } | string {
  if (!isJsonObject(body)) return SECRET;
  const { name, value, ...others } = body;
  if (Object.keys(others).length > 0 || typeof name !== 'string' || typeof value !== 'string') return SECRET;
  return /^perennial\/local\/[\w/+=.@-]{1,480}$/.test(name) && value !== '' ? { name, value } : SECRET;
}
