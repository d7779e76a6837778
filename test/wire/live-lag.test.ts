import { afterEach, describe, expect, it } from 'vitest';
import { DAY, MINUTE, SECOND } from '../../domain/calendar.ts';
import type { Interceptor } from '../../local/cloud/endpoint.ts';
import type { LocalOptions } from '../../local/perennial.ts';
import { Laptop } from '../support/laptop.ts';
import { START } from '../support/people.ts';

let laptop: Laptop | undefined;
afterEach(() => laptop?.stop());

/** Half a second off the minute: the sweep of the minute has run when she comes due. */
const SEEN = START + SECOND / 2;
const DORMANT_AT = SEEN + 30 * DAY;

/** Without a measurement there is no lag to be seen: the guard is off. */
const noMeasurements: Interceptor = (request, next) =>
  request.service === 'monitoring' ? { status: 200, body: { Datapoints: [] } } : next(request);

/**
 * Ada is seen once. Shortly before her 30 days of silence are over the live queue stands still; `early` (ms) before they
 * are over she comes back, and her event waits until ten minutes after.
 */
async function story(early: number, options: LocalOptions = {}) {
  let heldBack = 0;
  const log = (line: string) => {
    if (line.includes('timers-held-back')) heldBack++;
  };
  laptop = await Laptop.start({ log, ...options });
  const { perennial } = laptop;
  await perennial.advanceTo(SEEN);
  await laptop.post('/v1/identify', { userId: 'ada', traits: { email: 'ada@example.com' } });
  const live = queueOf(laptop, 'InputsLive');
  await perennial.advanceTo(DORMANT_AT - early);
  perennial.cloud.enableMapping(live.arn, false);
  await laptop.post('/v1/track', { userId: 'ada', event: 'Product Viewed' });
  await perennial.advanceTo(DORMANT_AT + 10 * MINUTE);
  const stageMeanwhile = (await laptop.profile('ada')).stage?.name;

  perennial.cloud.enableMapping(live.arn, true);
  await perennial.settle();
  await perennial.advanceTo(DORMANT_AT + 40 * MINUTE);
  return {
    stageMeanwhile,
    heldBack,
    stage: (await laptop.profile('ada')).stage,
    subjects: laptop.subjects('ada'),
    timersLeft: queueOf(laptop, 'InputsTimers').depth,
  };
}

function queueOf({ perennial }: Laptop, name: string) {
  for (const queue of perennial.cloud.services.sqs.queues())
    if (queue.definition.name.includes(`${name}Queue`)) return { arn: queue.definition.arn, depth: queue.depth() };
  throw new Error(`No queue ${name}`);
}

const NOTHING = { visible: 0, delayed: 0, inFlight: 0 };

describe('an event that came in time, and waits on the live queue while its user comes due', () => {
  it('keeps her from turning dormant: the sweep emits nothing that it may precede', async () => {
    const { heldBack, stageMeanwhile, stage, subjects, timersLeft } = await story(3 * MINUTE);
    expect(heldBack).toBe(0);
    expect(stageMeanwhile).toBe('at-risk');
    expect(stage).toMatchObject({ name: 'active', previous: 'at-risk', cause: 'activity' });
    expect(subjects).toEqual(['Welcome!']);
    expect(timersLeft).toEqual(NOTHING);
  });

  it('keeps her from it too when the sweep had emitted her due time before: a worker holds it back', async () => {
    const { heldBack, stageMeanwhile, stage, subjects, timersLeft } = await story(70 * SECOND);
    expect(heldBack).toBeGreaterThan(0);
    expect(stageMeanwhile).toBe('at-risk');
    expect(stage).toMatchObject({ name: 'active', previous: 'at-risk', cause: 'activity' });
    expect(subjects).toEqual(['Welcome!']);
    expect(timersLeft).toEqual(NOTHING);
  });

  it.each([3 * MINUTE, 70 * SECOND])('comes too late without the guard (%i ms)', async (early) => {
    const { stageMeanwhile, subjects } = await story(early, { interceptors: [noMeasurements] });
    expect(stageMeanwhile).toBe('dormant');
    expect(subjects).toEqual(['Welcome!', 'We miss you']);
  });
});
