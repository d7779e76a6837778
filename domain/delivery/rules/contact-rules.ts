import type { SettingsBody } from '../../catalog/settings.ts';
import type { TopicBody } from '../../catalog/topic.ts';
import { parseDuration } from '../../duration.ts';
import { msOfDay, WEEKDAYS } from '../../wall-clock.ts';
import type { Zone } from '../../zone.ts';

/** What a project lets be sent, to whom and when, in the form in which `mayContact` asks it. */
export interface ContactRules {
  /** The project's, for those of whose clock nothing is known. */
  readonly zone: Zone;
  readonly quietHours: readonly QuietHours[];
  readonly caps: readonly Cap[];
  readonly topics: ReadonlyMap<string, TopicRules>;
}

export interface QuietHours {
  /** Milliseconds of the day. */
  readonly from: number;
  /** The same; up to the next day where it is not later than `from`. */
  readonly to: number;
  /** Of the day on which they begin, Monday first; undefined: all. */
  readonly weekdays: readonly boolean[] | undefined;
  /** Undefined: all. */
  readonly channels: ReadonlySet<string> | undefined;
}

/** So many messages at most within any span of time of this length. */
export interface Cap {
  readonly most: number;
  /** Milliseconds. */
  readonly within: number;
  /** Undefined: on all together. */
  readonly channel: string | undefined;
}

/** As much of a topic as decides about messages. */
export type TopicRules = Pick<TopicBody, 'consent' | 'doubleOptIn'>;

/** As much of the settings as does. */
export type ContactSettings = Pick<SettingsBody, 'quietHours' | 'caps'>;

/** Compiles what was published. Without settings there are no quiet hours and no caps. */
export function compileContactRules(
  { quietHours = [], caps = {} }: ContactSettings,
  topics: readonly ({ readonly key: string } & TopicRules)[],
  zone: Zone,
): ContactRules {
  return {
    zone,
    quietHours: quietHours.map(({ from, to, weekdays, channels }) => ({
      from: msOfDay(from),
      to: msOfDay(to),
      weekdays: weekdays && WEEKDAYS.map((day) => weekdays.includes(day)),
      channels: channels && new Set(channels),
    })),
    caps: [
      ...capsOf(caps.total, undefined),
      ...Object.entries(caps.channels ?? {}).flatMap(([channel, some]) => capsOf(some, channel)),
    ],
    topics: new Map(topics.map(({ key, ...rules }) => [key, rules])),
  };
}

const capsOf = (
  caps: readonly { readonly most: number; readonly within: string }[] = [],
  channel: string | undefined,
): Cap[] => caps.map(({ most, within }) => ({ most, within: parseDuration(within) ?? 0, channel }));

/** Some are kept for caps that are published later, more only where a cap counts further. */
const KEPT_ANYWAY = 50;

/** How many of the last messages somebody was meant to get have to be known. */
export const mostRemembered = ({ caps }: ContactRules): number =>
  caps.reduce((most, cap) => Math.max(most, cap.most), KEPT_ANYWAY);
