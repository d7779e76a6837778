import type { JourneyEntry } from '../../catalog/journey/entry.ts';
import { sayDuration, sayFilter } from '../../catalog/words/comparisons.ts';
import { sayExpression } from '../../catalog/words/expression.ts';
import type { CompiledJourney } from '../../decisions/journeys/compile.ts';
import { whyNot } from '../../decisions/journeys/enter.ts';
import { type Profile, totalOf } from '../../state/profile.ts';
import { lastSeen } from '../../state/seen.ts';
import type { Zone } from '../../zone.ts';
import { sayMoment, sentence } from './words.ts';

/** Whether somebody would come into a journey if something took her in now, and what does: in sentences. */
export interface Entering {
  readonly may: boolean;
  readonly says: readonly string[];
}

/** Asked by the very rules by which the reducer lets people in. @param now ms */
export function enteringOf(profile: Profile, journey: CompiledJourney, now: number, zone: Zone): Entering {
  const { newest } = journey;
  const { body } = newest;
  // Of runs by key, nobody knows here what the next one would be about.
  const key = body.key === undefined ? undefined : '';
  const because = whyNot(profile, { journey, because: '', happened: now, known: now, key }, now);
  const rest = because === 'she is not among those it is for' && body.who !== undefined ? sayWho(body.who) : undefined;
  return {
    may: because === undefined,
    says: [
      because === undefined
        ? 'she would come in now if something took her in'
        : `she would not come in now: ${rest ?? because}`,
      ...body.entries.map((entry) => sayEntry(entry, profile, zone)),
    ].map(sentence),
  };
}

const sayWho = (who: Parameters<typeof sayExpression>[0]): string =>
  `she is not among those it is for: ${sayExpression(who, (key) => key)}`;

/** What takes people in, and where she stands. */
function sayEntry(entry: JourneyEntry, profile: Profile, zone: Zone): string {
  switch (entry.type) {
    case 'event': {
      const { event, where } = entry;
      const last = totalOf(profile, event)?.last;
      const when =
        last === undefined ? 'she has never done that' : `she did “${event}” last on ${sayMoment(last, zone)}`;
      return `it takes in who does “${event}”${where === undefined ? '' : ` (where ${sayFilter(where)})`}; ${when}`;
    }
    case 'stage-enter':
    case 'stage-leave':
    case 'stage-for': {
      const { stage } = profile;
      const what = {
        'stage-enter': `comes into the stage “${entry.stage}”`,
        'stage-leave': `leaves the stage “${entry.stage}”`,
        'stage-for': `has been in the stage “${entry.stage}”${'for' in entry ? ` for ${sayDuration(entry.for)}` : ''}`,
      }[entry.type];
      const hers =
        stage === undefined ? 'she has no stage' : `she is in “${stage.name}” since ${sayMoment(stage.since, zone)}`;
      return `it takes in who ${what}; ${hers}`;
    }
    case 'segment-enter':
      return `it takes in who comes into the segment “${entry.segment}”`;
    case 'segment-leave':
      return `it takes in who leaves the segment “${entry.segment}”`;
    case 'inactivity': {
      const last = lastSeen(profile);
      return `it takes in who does nothing for ${sayDuration(entry.for)}; she was ${last === undefined ? 'never seen' : `last seen on ${sayMoment(last, zone)}`}`;
    }
    case 'schedule':
      return `it takes in, when its time comes, who is meant: ${sayExpression(entry.who, (key) => key)}`;
    case 'date':
      return `it takes in by the day in her “${entry.trait}”, which ${profile.traits.has(entry.trait) ? 'she has' : 'she has not'}`;
    case 'trigger':
      return 'it takes in whom a program names';
    case 'journey-exit':
      return `it takes in who leaves the journey “${entry.journey}”`;
    default:
      return `it takes in by “${entry.type}”, which is not there yet`;
  }
}
