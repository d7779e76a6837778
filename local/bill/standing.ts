import { DAY, SECOND } from '../../domain/calendar.ts';
import type { LocalCloud } from '../cloud/cloud.ts';
import { ASSUMPTIONS } from '../cloud/meter/assumptions.ts';
import type { Unit } from '../cloud/meter/unit.ts';
import { dollars, dollarsAMonth } from './prices.ts';

/** What a deployment costs each month without a single event. */
export interface StandingCost {
  readonly what: string;
  readonly quantity: number;
  readonly usdPerMonth: number;
}

export const MONTH = 30 * DAY;

/** @returns also, under its own name, what could not be told: a schedule of which no run has been seen yet */
export function standingCosts(cloud: LocalCloud): StandingCost[] {
  return [...schedules(cloud), emptyReceives(cloud), alarms(cloud), dashboards(cloud)].filter(
    ({ quantity }) => quantity > 0,
  );
}

/** Runs that find nothing to do are not made on the laptop. Each is billed as the least that any run took. */
function schedules(cloud: LocalCloud): StandingCost[] {
  const now = cloud.clock.now();
  return cloud.schedules.flatMap((schedule) => {
    const quantity = schedule.runsBetween(now, now + MONTH);
    return schedule.starts.map((owner) => {
      const run = [...(cloud.meter.leastRunOf(owner)?.counts() ?? [])];
      const usd = run.reduce((sum, { unit, quantity: units }) => sum + dollars(unit, units), 0);
      const what = `runs of ${owner.replace(/Function[0-9A-F]{8}$/, '')} that find nothing`;
      return {
        what: run.length === 0 ? `${what} (none seen: not priced)` : what,
        quantity,
        usdPerMonth: quantity * usd,
      };
    });
  });
}

function emptyReceives(cloud: LocalCloud): StandingCost {
  const perPoller = MONTH / (ASSUMPTIONS.longPollSeconds * SECOND);
  const mappings = countOf(cloud, 'AWS::Lambda::EventSourceMapping', ({ EventSourceArn: arn }) =>
    String(arn).includes(':sqs:'),
  );
  return requests('empty receives by Lambda', 'sqs.requests', mappings * ASSUMPTIONS.idlePollers * perPoller);
}

const requests = (what: string, unit: Unit, quantity: number): StandingCost => ({
  what,
  quantity,
  usdPerMonth: dollars(unit, quantity),
});

function alarms(cloud: LocalCloud): StandingCost {
  const quantity = cloud.resources
    .filter(({ type }) => type === 'AWS::CloudWatch::Alarm')
    .reduce((sum, { properties }) => sum + metricsOf(properties.Metrics), 0);
  return { what: 'metrics of alarms', quantity, usdPerMonth: dollarsAMonth('cloudwatch.alarms', quantity) };
}

/** An alarm has either one metric of its own or a list of metrics and expressions on them. */
const metricsOf = (metrics: unknown): number =>
  Array.isArray(metrics)
    ? metrics.filter((metric: { MetricStat?: unknown }) => metric.MetricStat !== undefined).length
    : 1;

function dashboards(cloud: LocalCloud): StandingCost {
  const quantity = countOf(cloud, 'AWS::CloudWatch::Dashboard', () => true);
  return { what: 'dashboards', quantity, usdPerMonth: dollarsAMonth('cloudwatch.dashboards', quantity) };
}

const countOf = (cloud: LocalCloud, type: string, wanted: (properties: Record<string, unknown>) => boolean): number =>
  cloud.resources.filter((one) => one.type === type && wanted(one.properties)).length;
