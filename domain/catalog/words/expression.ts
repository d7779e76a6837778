import type { Expression } from '../expression.ts';
import { together } from './comparisons.ts';
import { sayQuestion } from './questions.ts';

/**
 * What an expression asks, in words for somebody who did not write it: `her plan is “pro” and not (Order Completed at least
 * once in the last 30 days)`.
 * @param nameOf what people call a segment, by its key
 */
export function sayExpression(expression: Expression, nameOf: (key: string) => string): string {
  const say = (part: Expression, isPart: boolean): string => {
    if ('all' in part) return together(part.all, 'and', say, isPart);
    if ('any' in part) return together(part.any, 'or', say, isPart);
    if ('not' in part) return `not (${say(part.not, false)})`;
    return 'segment' in part ? `in the segment “${nameOf(part.segment)}”` : sayQuestion(part);
  };
  return say(expression, false);
}
