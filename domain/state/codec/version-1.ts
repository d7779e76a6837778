import { MINUTE } from '../../calendar.ts';
import type { Json } from '../../json.ts';
import type { Cause } from '../cause.ts';
import type { Stage } from '../stage.ts';
import type { Packed } from './packed.ts';
import { packNumbers, signed } from './packed-numbers.ts';

/** What version 1 wrote. */
export interface Packed1 {
  readonly c: 1;
  readonly l: string;
  readonly b: number;
  readonly o: number;
  readonly a?: readonly string[];
  readonly t?: readonly (readonly [number, string, Readonly<Record<string, Json>>])[];
  readonly x?: readonly [number, number];
  readonly e?: Readonly<Record<string, readonly [number, number, number]>>;
  readonly d?: readonly number[];
  readonly p?: readonly [number, number, number, Readonly<Record<string, number>>];
  readonly s?: Readonly<Record<string, readonly [number | null, number | null]>>;
  readonly g?: readonly [Stage, number, Cause, string, Stage?];
  readonly r?: number;
  readonly m?: Readonly<Record<string, number>>;
  readonly i?: string;
  readonly u?: number;
}

/** Brings a profile of version 1 into the form of version 2: what was not known then is not there. */
export function fromVersion1({ c: _, x, e, d, i, ...same }: Packed1, known: boolean): Packed {
  // It knew one kind of first activity, and took the first input for the time since when a person was known.
  const [first, last] = x ?? [null, null];
  return {
    ...same,
    c: 2,
    ...((x !== undefined || known) && { x: [first, last, known ? first : null, known ? 0 : null] }),
    ...(e !== undefined && {
      e: [
        Object.keys(e),
        packNumbers(Object.values(e).flatMap(([count, first, span]) => [count, signed(first), span])),
      ] as const,
    }),
    ...(d !== undefined && { d: packNumbers(withCancelled(d)) }),
    ...(i !== undefined && i !== '' && { i: recentOf(i, same.b) }),
  };
}

/** Days had three numbers each. */
const withCancelled = (days: readonly number[]): number[] =>
  days.flatMap((number, place) => (place % 3 === 2 ? [number, 0] : [number]));

const HASH = 8;
const MINUTES = 6;

/** Each input's minute was counted from the profile's birth, in six characters of base 36. */
function recentOf(text: string, bornAt: number): readonly [number, string] {
  const inputs: { hash: string; minute: number }[] = [];
  for (let i = 0; i < text.length; i += HASH + MINUTES)
    inputs.push({
      hash: text.slice(i, i + HASH),
      minute: Number.parseInt(text.slice(i + HASH, i + HASH + MINUTES), 36),
    });
  const newest = Math.max(...inputs.map(({ minute }) => minute));
  return [
    Math.floor(bornAt / MINUTE) + newest,
    inputs.map(({ hash, minute }) => hash + ageText(newest - minute)).join(''),
  ];
}

/** As in version 2. */
const ageText = (minutes: number) => minutes.toString(36).padStart(3, '0');
