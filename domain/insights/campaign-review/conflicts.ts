import { DAY, MINUTE, SECOND } from '../../calendar.ts';
import type { CampaignBody } from '../../catalog/campaign/campaign.ts';
import type { JourneyEntry } from '../../catalog/journey/entry.ts';
import type { LiveCatalog, LiveTemplate } from '../../catalog/live-catalog.ts';
import { AT_MOST_LATE } from '../../decisions/journeys/compile.ts';
import { nextOccurrence, type Schedule } from '../../decisions/times/schedule.ts';
import { type ContactRules, compileContactRules } from '../../delivery/rules/contact-rules.ts';
import { quietUntil } from '../../delivery/rules/quiet-hours.ts';
import { parseDuration } from '../../duration.ts';
import type { Zone } from '../../zone.ts';
import type { SendingTime } from './sending-time.ts';
import { sayLength, sayMoment } from './words.ts';

export type EmailTemplate = Pick<LiveTemplate, 'key' | 'topic'>;

export const CONFLICTS = [
  'time-is-over',
  'halted',
  'quiet-hours',
  'too-slow',
  'cap',
  'same-day',
  'no-topic',
  'no-consent-rule',
] as const;

/** Something that keeps a campaign, or some of it, from those it is for, or that whoever sends it may not have thought of. */
export interface Conflict {
  readonly code: (typeof CONFLICTS)[number];
  /** For people. */
  readonly detail: string;
}

export interface Planned {
  readonly key: string;
  readonly campaign: CampaignBody;
  readonly templates: readonly EmailTemplate[];
  /** When it comes next (ms), by the project's clock; undefined: its time is over. */
  readonly at: number | undefined;
  /** What its sending takes; undefined while nobody knows. */
  readonly time: SendingTime | undefined;
}

/** What stands against a campaign as it is planned, by what is live. All times by the project's clock. */
export function conflictsOf(planned: Planned, live: LiveCatalog, zone: Zone): readonly Conflict[] {
  const { key, at, templates } = planned;
  const rules = compileContactRules(live.settings ?? {}, live.topics ?? [], zone);
  const others = at === undefined ? [] : occurrencesAround(at, live, key, rules, zone);
  return [
    ...(at === undefined
      ? [conflict('time-is-over', 'Its time is over: nobody will get it.')]
      : quiet(at, planned, rules)),
    ...halted(live, key),
    ...tooSlow(planned),
    ...(at === undefined ? [] : [...sameDay(at, others, zone), ...caps(at, others, rules)]),
    ...templates.flatMap((template) => consents(template, rules)),
  ];
}

const conflict = (code: Conflict['code'], detail: string): Conflict => ({ code, detail });

const latenessOf = ({ atMostLate }: CampaignBody): number => parseDuration(atMostLate) ?? AT_MOST_LATE;

/** How closely the time that sending takes is looked at: quiet hours are longer. */
const STEP = 15 * MINUTE;
/** Quiet hours are by the week. */
const LOOKED_AT = 7 * DAY;

function quiet(at: number, { campaign, time }: Planned, rules: ContactRules): readonly Conflict[] {
  if (rules.quietHours.length === 0) return [];
  const until = at + Math.min((time?.seconds ?? 0) * SECOND, LOOKED_AT);
  for (let moment = at; moment <= until; moment += STEP) {
    const end = quietUntil(moment, 'email', rules.quietHours, rules.zone);
    if (end === moment) continue;
    if (end === undefined || end > at + latenessOf(campaign))
      return [
        conflict('quiet-hours', `It is quiet from ${sayMoment(moment, rules.zone)} on until it would be too late.`),
      ];
    const when =
      moment === at
        ? 'It begins in quiet hours'
        : `Its sending comes into quiet hours at ${sayMoment(moment, rules.zone)}`;
    return [conflict('quiet-hours', `${when}: the rest goes from ${sayMoment(end, rules.zone)} on.`)];
  }
  return [];
}

function halted({ journeys = [] }: LiveCatalog, key: string): readonly Conflict[] {
  const how = journeys.find((journey) => journey.key === key)?.halted?.how;
  return how === undefined ? [] : [conflict('halted', `It is ${how}: nobody gets it until somebody resumes it.`)];
}

function tooSlow({ time, campaign }: Planned): readonly Conflict[] {
  const lateness = latenessOf(campaign);
  if ((time?.waits ?? 0) * SECOND <= lateness) return [];
  const detail = `It takes longer than the ${sayLength(lateness / SECOND)} that a message may be late: whose turn comes after that gets nothing. Say perMinute, so that they are enrolled as fast as it goes, or a longer atMostLate.`;
  return [conflict('too-slow', detail)];
}

interface Other {
  readonly key: string;
  readonly at: number;
}

/** More often than every day nothing comes; a cap looks back 90 days. */
const MOST_OCCURRENCES = 100;

/** What other schedules bring in the span that the longest cap looks back on, and on the rest of the day. */
function occurrencesAround(
  at: number,
  { journeys = [] }: LiveCatalog,
  key: string,
  { caps: all }: ContactRules,
  zone: Zone,
): readonly Other[] {
  const day = zone.dayOf(at);
  const from = Math.min(zone.startOfDay(day), at - Math.max(0, ...all.map(({ within }) => within)));
  const until = zone.startOfDay(day + 1);
  return journeys
    .filter((journey) => journey.key !== key && (journey.halted === undefined || journey.halted.how === 'paused'))
    .flatMap((journey) =>
      (journey.versions.at(-1)?.body.entries ?? [])
        .filter((entry): entry is Extract<JourneyEntry, { type: 'schedule' }> => entry.type === 'schedule')
        .flatMap((entry) => within(entry, zone, from, until).map((one) => ({ key: journey.key, at: one }))),
    );
}

function within(schedule: Schedule, zone: Zone, from: number, until: number): readonly number[] {
  const found: number[] = [];
  let next = nextOccurrence(schedule, zone, from - 1);
  while (next !== undefined && next.at < until && found.length < MOST_OCCURRENCES) {
    found.push(next.at);
    next = nextOccurrence(schedule, zone, next.at);
  }
  return found;
}

function sameDay(at: number, others: readonly Other[], zone: Zone): readonly Conflict[] {
  const day = zone.dayOf(at);
  const keys = [...new Set(others.filter((other) => zone.dayOf(other.at) === day).map(({ key }) => key))];
  return keys.map((key) => conflict('same-day', `“${key}” comes on the same day; who is meant by both may get both.`));
}

function caps(at: number, others: readonly Other[], rules: ContactRules): readonly Conflict[] {
  return rules.caps.flatMap(({ most, within: span, channel }) => {
    if (channel !== undefined && channel !== 'email') return [];
    const before = others.filter((other) => other.at <= at && other.at > at - span);
    if (before.length < most) return [];
    const keys = [...new Set(before.map(({ key }) => `“${key}”`))].join(', ');
    const detail = `At most ${most} in ${sayLength(span / SECOND)} ${most === 1 ? 'goes' : 'go'} to a person, and ${keys} may have used that up: it waits for room, or is dropped.`;
    return [conflict('cap', detail)];
  });
}

function consents({ key, topic }: EmailTemplate, rules: ContactRules): readonly Conflict[] {
  if (topic === undefined)
    return [conflict('no-topic', `“${key}” is about no topic: who wants no more of it can only refuse all email.`)];
  const said = rules.topics.get(topic);
  if (said?.consent?.email !== undefined || said?.doubleOptIn === true) return [];
  const detail = `The topic “${topic}” does not say whether who has said nothing gets its emails: it is assumed that they may come.`;
  return [conflict('no-consent-rule', detail)];
}
