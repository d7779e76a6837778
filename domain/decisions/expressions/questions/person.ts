import type { ValueComparison } from '../../../catalog/comparison.ts';
import type { QuestionOf } from '../../../catalog/expression.ts';
import { isJsonObject, type Json } from '../../../json.ts';
import { emailOf, phoneOf } from '../../../state/contact.ts';
import { countryOf } from '../../../state/country.ts';
import { isInstalled } from '../../../state/devices.ts';
import { type Profile, traitOf } from '../../../state/profile.ts';
import { unreachableBy } from '../../../state/reachability.ts';
import { ALWAYS_FALSE, isDuring } from '../../horizon.ts';
import { spreadOf } from '../../windows.ts';
import { compileAgo, compileValue, daysIn, lengthOf, momentIn, propertyReader } from '../comparisons.ts';
import type { CompileContext } from '../context.ts';
import { allOf, type Predicate, timeless } from '../predicate.ts';

export function compileTrait(question: QuestionOf<'trait'>, context: CompileContext): Predicate {
  const { trait, withinLast, withinNext, ...comparison } = question;
  const parts: Predicate[] = [];
  if (Object.values(comparison).some((operand) => operand !== undefined)) {
    const holds = compileValue(comparison, context.zone);
    const read = traitReader(trait);
    parts.push(timeless((profile) => holds(read(profile))));
  }
  if (withinLast !== undefined) parts.push(aroundNow(trait, withinLast, 'last', context));
  if (withinNext !== undefined) parts.push(aroundNow(trait, withinNext, 'next', context));
  return allOf(parts);
}

/** Reads a trait: by its whole name, else `a.b` as `b` within `a`. */
function traitReader(path: string): (profile: Profile) => Json | undefined {
  const dot = path.indexOf('.');
  if (dot === -1) return (profile) => traitOf(profile, path);
  const name = path.slice(0, dot);
  const within = propertyReader(path.slice(dot + 1));
  return (profile) => {
    const whole = traitOf(profile, path);
    if (whole !== undefined) return whole;
    const outer = traitOf(profile, name);
    return isJsonObject(outer) ? (within(outer) ?? undefined) : undefined;
  };
}

/** Whether the moment a trait holds lies in the time up to now, or from now on; of days, today belongs to both. */
function aroundNow(trait: string, duration: string, side: 'last' | 'next', { zone }: CompileContext): Predicate {
  const days = daysIn(duration);
  const length = lengthOf(duration);
  const read = traitReader(trait);
  return (profile, now) => {
    const moment = momentIn(read(profile), zone);
    if (moment === undefined) return ALWAYS_FALSE;
    if (days === undefined)
      return side === 'last' ? isDuring(moment, moment + length, now) : isDuring(moment - length + 1, moment + 1, now);
    const day = zone.dayOf(moment);
    const [first, end] = side === 'last' ? [day, day + days] : [day - days + 1, day + 1];
    return isDuring(zone.startOfDay(first), zone.startOfDay(end), now, spreadOf(profile.key));
  };
}

export function compileStage({ stage, for: ago }: QuestionOf<'stage'>): Predicate {
  const names = new Set<string>(typeof stage === 'string' ? [stage] : stage);
  if (ago === undefined) return timeless((profile) => profile.stage !== undefined && names.has(profile.stage.name));
  const { from, to } = compileAgo(ago);
  return ({ stage: entry }, now) =>
    entry === undefined || !names.has(entry.name) ? ALWAYS_FALSE : isDuring(entry.since + from, entry.since + to, now);
}

export function compileDevice({ device: { platform, model, app, installed } }: QuestionOf<'device'>): Predicate {
  const wanted = platform?.toLowerCase();
  return timeless(({ devices, uninstalledAt }) =>
    devices.some(
      (device) =>
        (wanted === undefined || device.fields.type?.value.toLowerCase() === wanted) &&
        (model === undefined || device.fields.model?.value === model) &&
        (app === undefined || device.fields.app?.value === app) &&
        (installed === undefined || isInstalled(device, uninstalledAt) === installed),
    ),
  );
}

export const compileConsent = ({ consent, is = 'granted' }: QuestionOf<'consent'>): Predicate =>
  timeless((profile) => {
    const said = profile.consent.get(consent);
    return is === (said === undefined ? 'unknown' : said.granted ? 'granted' : 'refused');
  });

const hasRefused = ({ consent }: Profile, channel: string): boolean => consent.get(channel)?.granted === false;
const hasGranted = ({ consent }: Profile, channel: string): boolean => consent.get(channel)?.granted === true;

/** Whether a channel has somewhere to write to and she lets it: until a project says otherwise, e-mail may and SMS must not without her word. */
const REACHABLE: Readonly<Record<string, (profile: Profile) => boolean>> = {
  email: (profile) =>
    emailOf(profile) !== undefined && !hasRefused(profile, 'email') && unreachableBy(profile, 'email') === undefined,
  sms: (profile) => phoneOf(profile) !== undefined && hasGranted(profile, 'sms'),
  whatsapp: (profile) => phoneOf(profile) !== undefined && hasGranted(profile, 'whatsapp'),
  push: (profile) =>
    !hasRefused(profile, 'push') &&
    profile.devices.some(
      (device) =>
        device.fields.token !== undefined &&
        isInstalled(device, profile.uninstalledAt) &&
        !NOT_ALLOWED.has(device.fields.permission?.value ?? ''),
    ),
};
/** What apps say of a permission that was not given. */
const NOT_ALLOWED = new Set(['false', 'denied']);

export function compileChannel({ channel, reachable }: QuestionOf<'channel'>): Predicate {
  const isReachable = REACHABLE[channel] ?? (() => false);
  return timeless((profile) => isReachable(profile) === reachable);
}

export function compileCountry({ country }: QuestionOf<'country'>): Predicate {
  const wanted = new Set(typeof country === 'string' ? [country] : country);
  return timeless((profile) => wanted.has(countryOf(profile) ?? ''));
}

export const compileLanguage = ({ language }: QuestionOf<'language'>): Predicate =>
  timeless(({ locale }) => locale?.value.split('-')[0]?.toLowerCase() === language);

/** Whether one and the same of her groups is as it is described. */
export function compileGroup({ group }: QuestionOf<'group'>, { zone }: CompileContext): Predicate {
  const tests = Object.entries(group).map(([name, wanted]) => {
    const comparison: ValueComparison = typeof wanted === 'object' ? wanted : { is: wanted };
    return { name, holds: compileValue(comparison, zone) };
  });
  return timeless(({ groups }) =>
    groups.some(({ id, traits }) =>
      tests.every(({ name, holds }) => holds(name === 'id' ? id : (traits.get(name)?.value ?? undefined))),
    ),
  );
}
