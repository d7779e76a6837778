import { z } from '@hono/zod-openapi';

/**
 * Cursors say where a list goes on. What they hold is ours to change, so clients get it as one opaque word; what comes back
 * is checked like anything from outside, and nothing is signed: a made-up cursor shows nothing that its list does not show.
 */
export const cursorOf = (position: object): string => Buffer.from(JSON.stringify(position)).toString('base64url');

/** One may hold an id of somebody: 256 characters, each of which JSON may need six for, and four for three of them here. */
const LONGEST = 2_500;

/** The query parameter that takes a cursor and gives its position. */
export const cursorParameter = <S extends z.ZodType>(position: S) =>
  z
    .string()
    .max(LONGEST)
    .meta({ description: '`next` of the answer before, to go on after it' })
    .transform((text, context): z.output<S> => {
      const read = position.safeParse(positionIn(text));
      if (read.success) return read.data;
      context.addIssue({ code: 'custom', message: 'this is no cursor of this list: take `next` of its last answer' });
      return z.NEVER;
    })
    .optional();

/** How many entries one answer has. */
export const limitParameter = (most: number, usual: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}$/, `a whole number from 1 to ${most}`)
    .transform(Number)
    .pipe(z.number().max(most, `a whole number from 1 to ${most}`))
    .default(usual)
    .openapi({ type: 'integer', minimum: 1, maximum: most, default: usual, description: 'How many entries at most' });

function positionIn(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
