import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../domain/calendar.ts';
import { Laptop } from '../support/laptop.ts';
import { START } from '../support/people.ts';

const lines: string[] = [];
let laptop: Laptop;
beforeAll(async () => {
  laptop = await Laptop.start({ log: (line) => lines.push(line) });
});
afterAll(() => laptop.stop());

/** Sends events of one user, a thousand a request and ten seconds. */
async function flood(who: { userId?: string; anonymousId?: string }, events: number) {
  for (let left = events; left > 0; left -= 1_000) {
    const batch = Array.from({ length: Math.min(1_000, left) }, () => ({ type: 'track', event: 'Tick', ...who }));
    expect((await laptop.post('/v1/batch', { batch })).status).toBe(200);
    await laptop.perennial.advanceTo(laptop.perennial.now() + 10 * SECOND);
  }
}

const ticksOf = async (userId: string) => (await laptop.profile(userId)).counts.Tick ?? 0;

async function inQuarantine(): Promise<Record<string, unknown>[]> {
  const answer = await laptop.admin('/api/quarantine');
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { users: Record<string, unknown>[] }).users;
}

async function release(body: object) {
  const answer = await fetch(`${laptop.url}/api/quarantine/release`, {
    method: 'POST',
    headers: { authorization: `Bearer ${laptop.perennial.adminToken}` },
    body: JSON.stringify(body),
  });
  const json = await answer.json();
  await laptop.perennial.settle();
  return { status: answer.status, json };
}

describe('a user of whom 6,000 events come within a minute', () => {
  it('is left aside from the 5,000th or so on, and whoever looks after the deployment hears of it', async () => {
    await flood({ userId: 'robot' }, 6_000);
    // Counted from when `recent` is full; while they come in, one a second is forgiven.
    const counted = await ticksOf('robot');
    expect(counted).toBeGreaterThan(5_000);
    expect(counted).toBeLessThan(5_400);
    const [entry, ...others] = await inQuarantine();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ userId: 'robot', anonymousId: null, quarantined: true });
    const since = Date.parse(String(entry?.since));
    expect(since).toBeGreaterThan(START);
    expect(since).toBeLessThan(START + 2 * MINUTE);
    const told = lines.filter((line) => line.includes('user-quarantined'));
    expect(told).toHaveLength(1);
    expect(told[0]).not.toContain('robot');
  });

  it('does not move however much more comes, and is kept in the lake all the same', async () => {
    const before = await laptop.profile('robot');
    await flood({ userId: 'robot' }, 10);
    expect(await laptop.profile('robot')).toEqual(before);
    expect(laptop.rawEvents().filter(({ userId }) => userId === 'robot')).toHaveLength(6_010);
  });

  it('counts again once she is let out; what was left aside does not', async () => {
    const before = await ticksOf('robot');
    expect(await release({ userId: 'robot' })).toEqual({
      status: 202,
      json: { id: expect.stringMatching(/^release-/) },
    });
    expect(await inQuarantine()).toMatchObject([{ userId: 'robot', quarantined: false }]);
    await flood({ userId: 'robot' }, 3);
    expect(await ticksOf('robot')).toBe(before + 3);
    expect(await release({ userId: 'robot' })).toMatchObject({ status: 409, json: { code: 'not_quarantined' } });
  });
});

describe('a device nobody has logged in on', () => {
  it('is told by its anonymous id', async () => {
    await flood({ anonymousId: 'kiosk' }, 6_000);
    expect((await inQuarantine())[0]).toMatchObject({ userId: null, anonymousId: 'kiosk', quarantined: true });
    expect((await release({ anonymousId: 'kiosk' })).status).toBe(202);
    expect((await inQuarantine())[0]).toMatchObject({ anonymousId: 'kiosk', quarantined: false });
  });
});

describe('a user of whom 300 events come at once', () => {
  it('was just busy', async () => {
    await flood({ userId: 'ada' }, 300);
    expect(await ticksOf('ada')).toBe(300);
    expect((await inQuarantine()).map(({ userId }) => userId)).not.toContain('ada');
  });
});

describe('the list', () => {
  it('is nobody’s without a token', async () => {
    expect((await laptop.admin('/api/quarantine', null)).status).toBe(401);
    const answer = await fetch(`${laptop.url}/api/quarantine/release`, { method: 'POST', body: '{"userId":"robot"}' });
    expect(answer.status).toBe(401);
  });
});
