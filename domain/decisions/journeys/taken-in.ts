import { type CustomerEvent, countedName } from '../../events/event.ts';
import { type Cause, setsGoing } from '../../state/cause.ts';
import type { Input } from '../../state/input.ts';
import type { MembershipEffect, TransitionEffect } from '../effect.ts';
import { propertiesOf } from '../expressions/counter.ts';
import type { CompiledJourney } from './compile.ts';
import type { Entrance } from './enter.ts';
import { keyIn } from './entrances.ts';
import type { Moment } from './moment.ts';

/** What is new about somebody in one moment. */
export interface News {
  readonly cause: Cause;
  /** The last moment (ms) at which she was looked at before. */
  readonly before: number;
  /** Another profile of hers has become part of it: what is known of her came by another way than by an event. */
  readonly joins?: boolean | undefined;
  /** Of a publish: the number of the catalog by which she was looked at before. */
  readonly planBefore?: number | undefined;
  readonly input: Input | undefined;
  readonly event: CustomerEvent | undefined;
  readonly transition: TransitionEffect | undefined;
  readonly memberships: readonly Pick<MembershipEffect, 'segment' | 'entered'>[];
}

/** What of it takes her into journeys, as far as the journeys' own rules let it. */
export function takenInBy(news: News, moment: Moment): readonly Entrance[] {
  const { cause, event, input } = news;
  const { startsByPublish } = moment.journeys;
  const changes = setsGoing(cause) || (cause === 'publish' && startsByPublish) ? byChanges(news, moment) : [];
  return [
    ...(event === undefined ? [] : byEvent(event, moment)),
    ...changes,
    ...(setsGoing(cause) || cause === 'publish' ? byTime(news, moment) : []),
    ...(input === undefined ? [] : byRequest(input, moment)),
  ];
}

function byEvent(event: CustomerEvent, { journeys }: Moment): Entrance[] {
  const name = countedName(event) ?? '';
  const { time: happened, receivedAt: known } = event;
  return (journeys.entrances.byEvent.get(name) ?? []).flatMap(({ journey, matches }) => {
    if (matches !== undefined && !matches(event)) return [];
    const properties = propertiesOf(event);
    return { journey, because: `“${name}”`, happened, known, properties, key: keyIn(journey, properties) };
  });
}

function byChanges({ transition, memberships }: News, { journeys, now }: Moment): Entrance[] {
  const { byStage, bySegment } = journeys.entrances;
  const at = { happened: now, known: now };
  const stages = byStage.flatMap(({ journey, entry }): Entrance[] => {
    if (transition === undefined) return [];
    const { from, to } = transition;
    const isIt =
      entry.type === 'stage-enter'
        ? to === entry.stage && (entry.from === undefined || entry.from === from)
        : from === entry.stage && (entry.to === undefined || entry.to === to);
    return isIt ? [{ journey, because: wordsOf(entry.type, entry.stage), ...at }] : [];
  });
  const segments = bySegment.flatMap(({ journey, entry }): Entrance[] =>
    memberships.some(
      ({ segment, entered }) => segment === entry.segment && entered === (entry.type === 'segment-enter'),
    )
      ? [{ journey, because: wordsOf(entry.type, entry.segment), ...at }]
      : [],
  );
  return [...stages, ...segments];
}

const wordsOf = (type: string, key: string): string => `${type.replace('-', ' ')}: ${key}`;

/**
 * A moment that time brings is answered when it comes: who was looked at since has had it. What had come before a publish that
 * is heard of first is time's doing still, but for journeys that came with it; and not for long, since one that was halted
 * takes nobody in for what came meanwhile.
 */
const byTime = (
  { before, planBefore = Number.POSITIVE_INFINITY }: News,
  { journeys, profile, now }: Moment,
): Entrance[] =>
  journeys.entrances.byTime.flatMap(({ journey, crossing, because }) => {
    if (journey.newest.version > planBefore) return [];
    const happened = crossing(profile, before);
    return happened <= now ? [{ journey, because, happened, known: now }] : [];
  });

function byRequest(input: Input, { journeys, now }: Moment): readonly Entrance[] {
  if (input.kind !== 'trigger' && input.kind !== 'enrol') return [];
  const journey = journeys.byKey.get(input.journey);
  if (journey === undefined) return [];
  const at = { journey, happened: now, known: now };
  if (input.kind === 'enrol')
    return hasEntry(journey, 'schedule')
      ? [{ ...at, because: 'its time has come', startsAt: input.startsAt, outlastsPause: true }]
      : [];
  const isTest = input.group === 'test';
  if (!isTest && !hasEntry(journey, 'trigger')) return [];
  const { data } = input;
  return [{ ...at, because: isTest ? 'a test' : 'a program', properties: data, key: keyIn(journey, data), isTest }];
}

const hasEntry = ({ newest }: CompiledJourney, type: 'schedule' | 'trigger'): boolean =>
  newest.body.entries.some((entry) => entry.type === type);
