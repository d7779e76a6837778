import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bitesAt, limits } from '../../commands/scale/limits.ts';
import { habits, loadOf } from '../../commands/scale/load.ts';
import { limitTable, loadTable } from '../../commands/scale/tables.ts';
import { defineStage } from '../../lib/house/stage-settings.ts';
import { smallStage } from '../lib/stages.ts';

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const block = (name: string) => page('scale.md').split(`<!-- ${name} -->\n`)[1]?.split('<!-- end -->')[0];

describe('docs/scale.md', () => {
  // Its tables are what npm run scale prints.
  it('shows the loads and limits that are computed', () => {
    expect(block('loads')).toBe(`\n${loadTable([1e6, 1e7, 1e8])}\n\n`);
    expect(block('limits')).toBe(`\n${limitTable()}\n\n`);
  });

  it('names alarms that exist', () => {
    const articles = [...page('runbook.md').matchAll(/^## (.+)$/gm)].map(([, title = '']) =>
      title.toLowerCase().replaceAll(' ', '-'),
    );
    for (const { alarm } of limits) if (alarm !== undefined) expect(articles).toContain(alarm);
  });

  it('goes by the defaults of the stage settings', () => {
    const stage = defineStage(smallStage);
    const at = (what: string) => limits.find((limit) => limit.what.includes(what))?.at;
    expect(at('`requests.perSecond`')).toBe(stage.requests.perSecond);
    expect(at('Index `due`')).toBe(stage.dueShards * 1_000);
    expect(at('`email.concurrency`')).toBe(stage.email.concurrency * 50);
  });
});

describe('the load', () => {
  it('of a million people is what anybody can work out', () => {
    // 30 requests of each a month, five times the mean: 30M × 5 / 2,626,560 s.
    expect(loadOf(1e6).requests).toBeCloseTo(57.1, 1);
    expect(loadOf(1e6).emailsPerSecond).toBeCloseTo(1e6 / 14_400, 5);
  });

  it('grows with people in proportion, and with single events ten times', () => {
    const [one, ten] = [loadOf(1e6), loadOf(1e7)];
    for (const name of Object.keys(one) as (keyof typeof one)[]) expect(ten[name]).toBeCloseTo(10 * one[name], 3);
    expect(loadOf(1e6, { ...habits, eventsPerRequest: 1 }).requests).toBeCloseTo(10 * one.requests, 3);
  });

  it('reaches a limit where it is said to bite', () => {
    for (const limit of limits) expect(loadOf(bitesAt(limit))[limit.bounds]).toBeCloseTo(limit.at, 3);
  });
});
