import { errorName, type Log } from './log.ts';

/** What Lambda gets to see of an error: that there was one, and what it is called. */
class InvocationFailed extends Error {
  override readonly name = 'InvocationFailed';
}

/**
 * Lets no error out of a handler as it is: Lambda writes an error's message and stack into the log, and both quote what
 * somebody wrote when JSON cannot be parsed or a store refuses a key. What failed and where is in a line of ours.
 */
export const withNeutralErrors =
  <Event, Answer>(handler: (event: Event) => Promise<Answer>, log: Log) =>
  async (event: Event): Promise<Answer> => {
    try {
      return await handler(event);
    } catch (error) {
      log('invocation-failed', { error: errorName(error), at: placesOf(error) });
      const neutral = new InvocationFailed('The line before this one says what failed');
      // Its own stack would only show this function.
      neutral.stack = `${neutral.name}: ${neutral.message}`;
      throw neutral;
    }
  };

/** Where in a function's bundle it happened. Only places: a stack begins with the message, which can have lines of its own. */
export function placesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return [...stack.matchAll(/^ {4}at .*\b(index\.mjs:\d+:\d+)\)?$/gm)].map(([, place = '']) => place);
}
