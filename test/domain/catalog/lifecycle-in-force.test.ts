import { describe, expect, it } from 'vitest';
import type { Definition } from '../../../domain/catalog/definition.ts';
import { idOf } from '../../../domain/catalog/definition.ts';
import type { Expression } from '../../../domain/catalog/expression.ts';
import type { LiveCatalog } from '../../../domain/catalog/live-catalog.ts';
import { liveCatalogOf } from '../../../domain/catalog/releases/live.ts';
import { filledRelease, nextRelease, type PublishedRelease } from '../../../domain/catalog/releases/next-release.ts';
import { SYSTEM } from '../../../domain/catalog/releases/release.ts';
import type { CheckedDefinition } from '../../../domain/catalog/schemas.ts';
import { compileDraft } from '../../../domain/decisions/census/draft.ts';
import { compilePlan } from '../../../domain/decisions/plan.ts';
import { UTC } from '../../../domain/zone.ts';
import { START } from '../../support/people.ts';
import { segment } from './definitions.ts';

const bought = (times: number): Expression => ({ event: 'Coffee Bought', times: { gte: times }, within: 'P30D' });
const VIEWED: Expression = { event: 'Product Viewed', within: 'P14D' };

const lifecycle = (name: string, when: Expression): Definition => ({
  type: 'lifecycle',
  key: 'default',
  body: { stages: [{ name, when }], otherwise: `not-${name}` },
});

/** Releases one after the other, as they would be stored. */
class History {
  readonly #parts = new Map<string, unknown>();
  #live: PublishedRelease | undefined;

  publishes(definitions: readonly Definition[], fill = true): LiveCatalog {
    const checked = definitions as readonly CheckedDefinition[];
    const partOf = (name: Pick<Definition, 'type' | 'key'>) => {
      const body = checked.find((one) => idOf(one) === idOf(name))?.body;
      this.#parts.set(JSON.stringify(body), body);
      return JSON.stringify(body);
    };
    const release = nextRelease(this.#live, {
      ...{ definitions: checked, partOf, publishedAt: START, by: SYSTEM, startJourneys: false, fill },
    });
    this.#live = { name: `${release.number}`, release, definitions: checked };
    return this.live();
  }

  /** All that counts for the release of this number is counted. */
  fills(number: number): LiveCatalog {
    if (this.#live === undefined) throw new Error('Nothing is live');
    const ids = this.#live.release.registry.counters.filter((one) => one.backfill === number).map(({ id }) => id);
    const release = filledRelease(this.#live, new Set(ids), START, SYSTEM);
    if (release !== undefined) this.#live = { ...this.#live, name: `${release.number}`, release };
    return this.live();
  }

  live(): LiveCatalog {
    if (this.#live === undefined) throw new Error('Nothing is live');
    const live = liveCatalogOf(this.#live.release, ({ part }) => this.#parts.get(part));
    // Whatever is live can be carried out.
    compilePlan(live, UTC);
    return live;
  }
}

const inForce = ({ lifecycle: one }: LiveCatalog) => one?.otherwise ?? 'the default';
const counted = ({ counters }: LiveCatalog) => counters.map(({ spec }) => spec.event);

describe('a lifecycle whose past is still to be counted', () => {
  it('waits, is counted for meanwhile, and comes into force when it is filled', () => {
    const history = new History();
    const waiting = history.publishes([lifecycle('regular', bought(2))]);
    expect([inForce(waiting), waiting.waiting?.lifecycle.otherwise]).toEqual(['the default', 'not-regular']);
    expect(waiting.counters).toMatchObject([{ spec: { event: 'Coffee Bought' }, backfill: 1 }]);
    const filled = history.fills(1);
    expect([inForce(filled), filled.waiting, filled.reconcile]).toEqual(['not-regular', undefined, 2]);
  });

  it('takes effect at once where nobody wishes to have the past counted, or there is none to count', () => {
    expect(inForce(new History().publishes([lifecycle('regular', bought(2))], false))).toBe('not-regular');
    expect(inForce(new History().publishes([lifecycle('pro', { trait: 'plan', is: 'pro' })]))).toBe('not-pro');
  });

  it('leaves the one before in force with all that is counted for it, through other publishes, too', () => {
    const history = new History();
    history.publishes([lifecycle('viewer', VIEWED)]);
    history.fills(1);
    const waiting = history.publishes([lifecycle('regular', bought(2))]);
    expect([inForce(waiting), counted(waiting)]).toEqual(['not-viewer', ['Coffee Bought', 'Product Viewed']]);
    const other = history.publishes([lifecycle('regular', bought(2)), segment('new', { stage: 'viewer' })]);
    expect([inForce(other), counted(other)]).toEqual(['not-viewer', ['Coffee Bought', 'Product Viewed']]);
    const changed = history.publishes([lifecycle('fan', { all: [bought(3), { event: 'Liked', within: 'P7D' }] })]);
    expect([inForce(changed), changed.waiting?.lifecycle.otherwise]).toEqual(['not-viewer', 'not-fan']);
    // One of two is not all.
    expect(inForce(history.fills(3))).toBe('not-viewer');
    expect(inForce(history.fills(5))).toBe('not-fan');
    // What only the one before asked for goes with the next publish, and not before.
    expect(counted(history.publishes([lifecycle('fan', bought(3))]))).toEqual(['Coffee Bought']);
  });

  it('that is taken back leaves everything as it was, with its ids', () => {
    const history = new History();
    const before = history.publishes([lifecycle('viewer', VIEWED)]);
    history.fills(1);
    history.publishes([lifecycle('regular', bought(2))]);
    const back = history.publishes([lifecycle('viewer', VIEWED)]);
    expect([inForce(back), back.waiting]).toEqual(['not-viewer', undefined]);
    expect(back.counters).toMatchObject([{ id: before.counters[0]?.id, spec: { event: 'Product Viewed' } }]);
    expect(back.counters[0]).not.toHaveProperty('backfill');
  });

  it('leaves the one before what it means by a segment that is gone or another one', () => {
    const history = new History();
    history.publishes([lifecycle('vip', { segment: 'vip' }), segment('vip', { trait: 'plan', is: 'pro' })]);
    const another = history.publishes([lifecycle('vip', { segment: 'vip' }), segment('vip', bought(2))]);
    expect(another.waiting?.segments).toEqual([{ key: 'vip', where: { trait: 'plan', is: 'pro' } }]);
    expect(another.segments).toMatchObject([{ key: 'vip', where: bought(2), filling: true }]);
    const gone = history.publishes([lifecycle('regular', bought(2))]);
    expect([inForce(gone), gone.waiting?.segments]).toEqual(['not-vip', another.waiting?.segments]);
  });

  it('has a preview ask the lake for what only it counts', () => {
    const history = new History();
    const waiting = history.publishes([lifecycle('regular', bought(2))]);
    expect(compileDraft(bought(3), undefined, waiting, UTC).uncounted).toHaveLength(1);
    expect(compileDraft(bought(3), undefined, history.fills(1), UTC).uncounted).toEqual([]);
  });

  it('is counted anew with its past by whoever wishes it after somebody who did not', () => {
    const history = new History();
    const without = history.publishes([segment('vip', bought(2))], false);
    expect(without.counters).toMatchObject([{ id: 1, partial: true }]);
    expect(without.segments[0]).not.toHaveProperty('filling');
    // Nobody takes it for all there was.
    expect(compileDraft(bought(3), undefined, without, UTC).uncounted).toHaveLength(1);
    const again = history.publishes([segment('vip', bought(2)), segment('fan', bought(3))], false);
    expect(again.counters).toMatchObject([{ id: 1, partial: true }]);
    const whole = history.publishes([segment('vip', bought(2)), segment('fan', bought(4))]);
    expect(whole.counters).toMatchObject([{ id: 2, backfill: 3 }]);
    expect(whole.segments.map(({ filling }) => filling)).toEqual([true, true]);
  });
});
