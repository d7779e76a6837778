import { DAY, HOUR, MINUTE } from '../../domain/calendar.ts';
import type { FailuresLook, FailuresMove } from './failures.ts';
import type { QueueLook } from './look-at.ts';
import type { QueueMove } from './move-back.ts';
import { isWell, type Place, type PlaceReport } from './redrive.ts';
import type { Tally } from './tally.ts';

/** What protects from doing it twice: claims for 30 days, then only the time after which an email is not sent; ids for all else. */
const HANDED_ON =
  'no email is sent twice within 30 days, nor after its time; lines of the timeline and domain events keep their ids';

const CLAIMED = 'what was claimed within 30 days is not sent again, and nothing after its time';

/** Where things go back to, and what that means. */
const BACK: Readonly<Record<Place, string>> = {
  live: 'to the live queue: events count at their own time, and those that count already are recognised by their ids',
  timers: "to the timers queue: a due time that is not its person's any more changes nothing",
  bulk: 'to the bulk queue: what has had its effect already is recognised by its id',
  dispatch: `to the retry queue of dispatch: ${HANDED_ON}`,
  email: `to the queue of marketing emails: ${CLAIMED}`,
  transactional: `to the queue of transactional emails: ${CLAIMED}`,
  lake: 'to the retry queue of the lake: queries know an event that is there twice by its id',
  receipts: 'to the receipts queue: done again, it comes to the same',
  calls: 'to the queue of calls: receivers know by its id what they have had, and after six hours nobody is told',
  census: 'to the census queue: a slice goes on where it was left, and one that is through does nothing',
  failures: `to the retry queue of dispatch, then the object goes: ${HANDED_ON}`,
};

/** What a person reads: what is where and what would be done, or what was. */
export function linesOf(deployment: string, reports: readonly PlaceReport[], now: number): string[] {
  const looked = reports.some(({ did }) => did === 'look');
  const title = looked ? 'what was given up. Nothing is changed; --yes brings it back' : 'brought back';
  const isAll = reports.every(isWell);
  return [
    `Deployment ${deployment}: ${title}`,
    '',
    ...reports.flatMap((report) => {
      const [first = '', ...rest] = linesAbout(report, now);
      return [`${report.place.padEnd(9)} ${first}`, ...rest.map((line) => `${' '.repeat(10)}${line}`)];
    }),
    ...(isAll ? [] : ['', 'Not everything went well; run it again once the cause is gone.']),
  ];
}

function linesAbout(report: PlaceReport, now: number): string[] {
  if (report.did === 'fail') return [`could not be reached: ${report.failure}`];
  if (report.place === 'failures')
    return report.did === 'look' ? linesOfFailures(report.look, now) : linesOfHandedOn(report.move);
  return report.did === 'look' ? linesOfLook(report.place, report.look, now) : linesOfMove(report.move, now);
}

function linesOfLook(place: Place, { waiting, inFlight, lookedAt, meant }: QueueLook, now: number): string[] {
  const busy = inFlight > 0 ? [`${inFlight} more are in flight: somebody looks at them or moves them`] : [];
  if (lookedAt === 0) return [waiting === 0 ? 'none' : `about ${waiting}, none of which came up; try again`, ...busy];
  const some = waiting > lookedAt ? `of about ${waiting}, the first ${lookedAt} were read: ` : '';
  return [
    `${some}${counted(meant.letters, 'dead letter')}${spanOf(meant, now)}${inWords(meant.holds)}`,
    ...(meant.letters === 0 ? [] : [`→ ${BACK[place]}`]),
    ...warningsOf(meant),
    ...busy,
  ];
}

function linesOfMove({ moved, left, refused, stillHere, failure }: QueueMove, now: number): string[] {
  return [
    `${counted(moved.letters, 'dead letter')} moved${spanOf(moved, now)}${inWords(moved.holds)}, ${left} left, ${refused} not taken`,
    ...warningsOf(moved),
    ...(stillHere > 0 ? [`! ${stillHere} were sent and could not be deleted: the next run sends them again`] : []),
    ...(failure === undefined ? [] : [`! ended early: ${failure}`]),
  ];
}

function warningsOf({ mayCountTwice, tooLate, dayOld, unreadable }: Tally): string[] {
  return [
    ...(mayCountTwice > 0
      ? [
          `! ${mayCountTwice} hold inputs older than 24 h. Ids are recognised for 24 h and the last 256 inputs of a user, so`,
          '  what did count before its message died may count twice. --newer-than PT24H leaves these where they are',
        ]
      : []),
    ...lateness({ tooLate, dayOld }),
    ...(unreadable > 0 ? [`! ${unreadable} cannot be read by this release, and will most likely die again`] : []),
  ];
}

/** Why it may matter that a hand-off comes late. */
const lateness = ({ tooLate, dayOld }: Pick<Tally, 'tooLate' | 'dayOld'>): string[] => [
  ...(tooLate > 0 ? [`! ${counted(tooLate, 'email')} come too late to be sent; they end as expired`] : []),
  ...(dayOld > 0
    ? [
        `! ${counted(dayOld, 'domain event')} of more than 24 h ago: other systems get them late, behind newer ones, and may take`,
        '  one they had already for new if they keep ids for less. --newer-than PT24H leaves what is that old where it is',
      ]
    : []),
];

function linesOfFailures(look: FailuresLook, now: number): string[] {
  if (look.objects === 0) return ['none'];
  const some = look.objects > look.lookedAt ? `, of which ${look.lookedAt} were read` : '';
  return [
    `${counted(look.objects, 'object')}${some} with ${counted(look.records, 'record')}${spanOf(look, now)}${inWords(look.holds)}`,
    `given up for ${Object.entries(look.why)
      .map(([why, count]) => `${why} (${count})`)
      .join(', ')}`,
    `→ ${BACK.failures}`,
    ...lateness(look),
    ...(look.unreadable > 0
      ? [`! ${look.unreadable} cannot be read by this release either: they stay where they are`]
      : []),
  ];
}

const linesOfHandedOn = ({ moved, handedOn, left, unreadable, refused, failed, failure }: FailuresMove): string[] => [
  `${counted(moved, 'object')} handed on and deleted (${counted(handedOn, 'hand-off')}), ${left} left`,
  ...(unreadable > 0
    ? [`! ${unreadable} stay with only the records that cannot be read; the rest of them was handed on`]
    : []),
  ...(refused > 0 ? [`! ${refused} stay because the retry queue did not take all of them`] : []),
  ...(failed > 0 ? [`! ${failed} stay, or may be handed on once more by the next run: ${failure}`] : []),
];

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;

const inWords = (holds: Readonly<Record<string, number>>): string => {
  const parts = Object.entries(holds).map(([thing, count]) => `${count} × ${thing}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
};

function spanOf({ oldest, newest }: Pick<Tally, 'oldest' | 'newest'>, now: number): string {
  if (oldest === undefined || newest === undefined) return '';
  const ago = `${momentOf(oldest)}, ${ageOf(now - oldest)} ago`;
  return newest === oldest ? ` of ${ago}` : ` from ${ago}, to ${momentOf(newest)}`;
}

const momentOf = (time: number): string => `${new Date(time).toISOString().slice(0, 16)}Z`;

function ageOf(age: number): string {
  if (age >= 2 * DAY) return `${Math.floor(age / DAY)} days`;
  return age >= 2 * HOUR ? `${Math.floor(age / HOUR)} hours` : `${Math.max(0, Math.floor(age / MINUTE))} minutes`;
}
