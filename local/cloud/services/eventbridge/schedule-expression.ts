import { parseCron } from './cron.ts';

export interface Schedule {
  /** The first moment after `after`, in milliseconds; undefined when there is none any more. */
  nextAfter(after: number): number | undefined;
}

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Parses `rate(…)` or `cron(…)` of an EventBridge rule. A rate counts from `start`, the moment the rule was made;
 * cron is in UTC. Throws for what AWS refuses.
 */
export function parseSchedule(expression: string, start: number): Schedule {
  const [, kind, inner] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'rate' && inner !== undefined) return rate(inner, start);
  if (kind === 'cron' && inner !== undefined) return parseCron(inner);
  throw invalid(expression);
}

function rate(inner: string, start: number): Schedule {
  const [, count, unit, plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(inner) ?? [];
  // AWS insists on grammar: rate(1 minute), rate(5 minutes).
  if (count === undefined || unit === undefined || (count === '1') !== (plural === '')) {
    throw invalid(`rate(${inner})`);
  }
  const period = Number(count) * (UNITS[unit] as number);
  return { nextAfter: (after) => start + Math.max(1, Math.floor((after - start) / period) + 1) * period };
}

const invalid = (expression: string): Error => new Error(`ScheduleExpression ${expression} is not valid.`);
