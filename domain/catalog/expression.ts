import { z } from 'zod';
import { DAY, HOUR } from '../calendar.ts';
import { parseDuration } from '../duration.ts';
import { MOST_STAMPS } from '../state/counters.ts';
import {
  agoSchema,
  comparesBeside,
  hasOne,
  type NumberComparison,
  numberShape,
  numbers,
  optional,
  SAY_HOW,
  SAY_HOW_VALUE,
  scalar,
  valueComparison,
  valueShape,
} from './comparison.ts';
import { countrySchema, daySchema, durationSchema, keySchema } from './fields.ts';
import { several, type WhichEvent, which, whichEvent } from './filter.ts';

/**
 * The one language in which a project says who is meant: segments, criteria of stages, conditions of journeys and entry
 * filters. Always a question about one profile at one moment; docs/segments.md has each form with an example.
 *
 * Two kinds of time. Since a moment ("silent for 30 days") a day is an exact 24 hours. A window (`within`) of `P…D` is of
 * calendar days in the project's zone, today included; one of `PT…` is exact.
 */

const text = (longest: number) => z.string().min(1).max(longest);

const MOST_DAYS = 90;
/** The widest window of hours: single times are kept for it. */
const MOST_HOURS = 48;

/** Whole days, for windows of calendar days. */
const isDays = (value: string): boolean => /^P(?:\d+W)?(?:\d+D)?$/.test(value);

const daysUpTo = (most: number, why = '') =>
  durationSchema.refine(
    (value) => isDays(value) && (parseDuration(value) ?? 0) <= most * DAY,
    `${why}write whole days, at most P${most}D`,
  );

const windowSchema = durationSchema.refine((value) => {
  const length = parseDuration(value) ?? 0;
  return isDays(value) ? length <= MOST_DAYS * DAY : length <= MOST_HOURS * HOUR;
}, `a window is of whole days up to P${MOST_DAYS}D, or of hours up to PT${MOST_HOURS}H`);

/** Today is one of the days that are kept. */
const LONGEST_AGO = MOST_DAYS - 1;

/** Two durations ago, or two days, the earlier first; both days belong to it. */
const between = z.union([
  z
    .tuple([daysUpTo(LONGEST_AGO), daysUpTo(LONGEST_AGO)])
    .refine(([from, to]) => (parseDuration(from) ?? 0) >= (parseDuration(to) ?? 0), 'the longer ago comes first'),
  z.tuple([daySchema, daySchema]).refine(([from, to]) => from <= to, 'the earlier day comes first'),
]);

/** When: none of them means ever. */
const period = { within: windowSchema.optional(), between: between.optional(), ever: z.literal(true).optional() };
const ONE_PERIOD = 'say one of within, between and ever';
const hasOnePeriod = (value: { within?: unknown; between?: unknown; ever?: unknown }): boolean =>
  [value.within, value.between, value.ever].filter((given) => given !== undefined).length <= 1;

/**
 * For windows of hours single times are kept, and of those the newest fifty: who has more of them has fifty. A bound above
 * which her answer could be another one would be answered wrongly.
 */
const HIGHEST = { eq: MOST_STAMPS - 1, gt: MOST_STAMPS - 1, gte: MOST_STAMPS, lt: MOST_STAMPS, lte: MOST_STAMPS - 1 };
const beyondStamps = (of: NumberComparison): (keyof NumberComparison)[] =>
  (Object.keys(HIGHEST) as (keyof typeof HIGHEST)[]).filter((name) => (of[name] ?? 0) > HIGHEST[name]);

const times = z
  .strictObject({ ...which, times: numbers.optional(), ...period })
  .refine(hasOnePeriod, ONE_PERIOD)
  .superRefine(({ times: asked, within }, context) => {
    if (asked === undefined || within === undefined || isDays(within)) return;
    for (const name of beyondStamps(asked))
      context.addIssue({
        code: 'custom',
        path: ['times', name],
        message: `in a window of hours the last ${MOST_STAMPS} times are kept: write at most ${HIGHEST[name]} here, or a window of whole days such as P1D`,
      });
  })
  .meta({ description: 'How often something happened; at least once unless it says otherwise' });

const amount = (name: 'sum' | 'average') =>
  z
    .strictObject({
      ...which,
      [name]: z
        .strictObject({ property: text(200), ...optional(numberShape) })
        .refine(comparesBeside('property'), SAY_HOW),
      ...period,
      within: daysUpTo(MOST_DAYS, 'amounts are added up by days: ').optional(),
    })
    .refine(hasOnePeriod, ONE_PERIOD);
type Amount<Name extends 'sum' | 'average'> = WhichEvent &
  Readonly<Record<Name, { readonly property: string } & NumberComparison>> & {
    readonly within?: string | undefined;
    readonly between?: readonly [string, string] | undefined;
    readonly ever?: true | undefined;
  };

const firstTime = z.strictObject({ ...which, first: z.strictObject({ ago: agoSchema }) });
const lastTime = z.strictObject({ ...which, last: z.strictObject({ ago: agoSchema }) });

const decline = z
  .strictObject({ ...which, within: daysUpTo(MOST_DAYS / 2), comparedTo: z.literal('previous'), ratio: numbers })
  .meta({ description: 'How often in a window, divided by how often in the one before it' });

const sequenceStep = z.union([whichEvent, z.strictObject({ not: whichEvent })]);
const sequence = z
  .strictObject({
    sequence: z
      .array(sequenceStep)
      .min(1)
      .max(5)
      .refine(
        (steps) => steps[0] !== undefined && !('not' in steps[0]),
        'a sequence begins with something that happened',
      )
      .refine(
        (steps) => steps.every((step, i) => !('not' in step && 'not' in (steps[i + 1] ?? {}))),
        'put what must not happen at one place into one step',
      ),
    within: durationSchema.refine(
      (value) => (parseDuration(value) ?? 0) <= 7 * DAY,
      'a sequence is looked for in at most the last P7D',
    ),
  })
  .meta({ description: 'Events one after the other in the time up to now; `not`: none in between, or since' });

const trait = z
  .strictObject({
    trait: text(100),
    ...optional(valueShape),
    withinLast: durationSchema.optional(),
    withinNext: durationSchema.optional(),
  })
  .refine(comparesBeside('trait'), `${SAY_HOW_VALUE}, withinLast or withinNext`);

const stage = z.strictObject({
  stage: z.union([keySchema, z.array(keySchema).min(1).max(30)]),
  for: agoSchema.optional(),
});
const score = z.strictObject({ score: keySchema, ...optional(numberShape) }).refine(comparesBeside('score'), SAY_HOW);
const segment = z.strictObject({ segment: keySchema });

const activity = z.strictObject({ activity: z.enum(['first', 'last', 'return']), ago: agoSchema });
const activeDays = z.strictObject({ activeDays: numbers, within: daysUpTo(MOST_DAYS) });
const purchases = z
  .strictObject({ purchases: numbers, within: daysUpTo(MOST_DAYS).optional(), ever: z.literal(true).optional() })
  .refine(hasOnePeriod, ONE_PERIOD);
const spent = z.strictObject({
  spent: numbers,
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'a currency is three capital letters, such as EUR')
    .optional(),
});
const silent = z.strictObject({
  silent: z.strictObject({
    gaps: z.number().positive().max(100),
    atLeast: durationSchema,
    /** While she has too few gaps to say what is usual. */
    unknown: durationSchema.optional(),
    fewestGaps: z.int().min(1).max(30).optional(),
    lookBack: daysUpTo(MOST_DAYS).optional(),
  }),
});
const ended = z.strictObject({
  ended: z.union([z.literal(true, 'write true'), z.string('the name of what ended').min(1).max(40)]),
});

const session = z
  .strictObject({ session: z.enum(['seconds', 'count']), ...optional(numberShape) })
  .refine(comparesBeside('session'), SAY_HOW);
const device = z.strictObject({
  device: z
    .strictObject({ platform: text(40), model: text(100), app: text(200), installed: z.boolean() })
    .partial()
    .refine(hasOne, 'say which device: platform, model, app or installed'),
});
const consent = z.strictObject({
  consent: z
    .string()
    .regex(
      /^[a-z][a-z\d-]{0,31}(?:\/[a-z][a-z\d-]{0,31})?$/,
      'write a channel such as email, or a channel and a topic such as email/news',
    ),
  is: z.enum(['granted', 'refused', 'unknown']).optional(),
});
const channel = z.strictObject({ channel: keySchema, reachable: z.boolean() });
const place = z.strictObject({ place: keySchema, inside: z.boolean() });
const country = z.strictObject({ country: z.union([countrySchema, z.array(countrySchema).min(1).max(250)]) });
const language = z.strictObject({
  language: z.string().regex(/^[a-z]{2,3}$/, 'a language is its two or three small letters, such as de'),
});
const group = z.strictObject({
  group: z
    .record(text(100), z.union([scalar, valueComparison.refine(hasOne, SAY_HOW_VALUE)]))
    .refine(hasOne, 'say which group: its id or one of its traits'),
});

/**
 * Every question that is not put together from others, by the name that tells it from the rest. The order decides where two
 * would do: what has more names of its own comes first.
 */
const QUESTIONS = {
  sequence,
  comparedTo: decline,
  sum: amount('sum') as unknown as z.ZodType<Amount<'sum'>>,
  average: amount('average') as unknown as z.ZodType<Amount<'average'>>,
  first: firstTime,
  last: lastTime,
  event: times,
  trait,
  stage,
  score,
  segment,
  activity,
  activeDays,
  purchases,
  spent,
  silent,
  ended,
  session,
  device,
  consent,
  channel,
  place,
  country,
  language,
  group,
};

export type Question = { [Name in keyof typeof QUESTIONS]: z.infer<(typeof QUESTIONS)[Name]> }[keyof typeof QUESTIONS];
export type QuestionOf<Name extends keyof typeof QUESTIONS> = z.infer<(typeof QUESTIONS)[Name]>;

export type Expression =
  | { readonly all: readonly Expression[] }
  | { readonly any: readonly Expression[] }
  | { readonly not: Expression }
  | Question;

const COMBINATIONS = {
  all: z.strictObject({ all: z.lazy(() => several(expressionSchema)) }),
  any: z.strictObject({ any: z.lazy(() => several(expressionSchema)) }),
  not: z.strictObject({ not: z.lazy(() => expressionSchema) }),
};

/** By their names: what a wrong expression was meant to be is told by the first that it has. */
export const EXPRESSIONS: Readonly<Record<string, z.ZodType>> = { ...COMBINATIONS, ...QUESTIONS };

export const expressionSchema: z.ZodType<Expression> = z
  .lazy(() =>
    z.union([...Object.values(COMBINATIONS), ...Object.values(QUESTIONS)] as unknown as [z.ZodType<Expression>]),
  )
  .meta({ id: 'Expression', description: 'Who is meant' });

/** Questions put together reach at most this deep, and ask at most so many questions: what is evaluated with every event. */
export const DEEPEST = 8;
export const MOST_QUESTIONS = 100;
