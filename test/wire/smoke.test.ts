import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closingOf, countOf, linesOf } from '../../commands/smoke/report.ts';
import { newRun, problemOfUrl, type Wishes } from '../../commands/smoke/run.ts';
import { carryOut, type Outcome, type Step } from '../../commands/smoke/step.ts';
import { steps } from '../../commands/smoke/steps.ts';
import { Laptop } from '../support/laptop.ts';

let laptop: Laptop;
beforeAll(async () => {
  laptop = await Laptop.start();
});
afterAll(() => laptop.stop());

/** Smoke against the laptop; instead of waiting, the local clock moves on. */
async function smoke(wishes: Partial<Wishes> = {}, only: readonly Step[] = steps) {
  const run = newRun({
    ...{ url: laptop.url, key: laptop.perennial.writeKey, now: laptop.perennial.now() },
    wait: (milliseconds) => laptop.perennial.advanceTo(laptop.perennial.now() + milliseconds),
    ...wishes,
  });
  const outcomes = await carryOut(only, run);
  return { run, outcomes, ended: Object.fromEntries(outcomes.map(({ id, outcome }) => [id, outcome])) };
}

const idsOf = (outcomes: readonly Outcome[], outcome: Outcome['outcome']) =>
  outcomes.flatMap((one) => (one.outcome === outcome ? [one.id] : []));

describe('smoke against a deployment that works', () => {
  it('with a key alone tries the door', async () => {
    const { outcomes } = await smoke();
    expect(idsOf(outcomes, 'ok')).toEqual([
      ...['event', 'repeat', 'gzip-octets', 'cors', 'sdk-settings', 'unknown-key', 'too-large'],
    ]);
    // What the local gateway does to it, a real one is feared to do.
    expect(idsOf(outcomes, 'warning')).toEqual(['gzip-json']);
    expect(idsOf(outcomes, 'skipped')).toEqual([
      ...['profile', 'debugger', 'trace', 'welcome', 'receipt', 'push', 'fence'],
    ]);
  });

  it('with an admin token and an address finds everything that must follow', async () => {
    const { run, outcomes, ended } = await smoke({
      adminToken: laptop.perennial.adminToken,
      to: 'smoke@simulator.example',
    });
    expect(idsOf(outcomes, 'failed')).toEqual([]);
    expect(ended).toMatchObject({ profile: 'ok', debugger: 'ok', trace: 'ok', welcome: 'ok', receipt: 'ok' });
    expect(outcomes.find(({ id }) => id === 'profile')?.saw).toBe('2 different events, each counted once.');
    await laptop.perennial.settle();
    expect(laptop.subjects(run.userId)).toEqual([expect.stringMatching(/welcome/i)]);
    expect(outcomes.find(({ id }) => id === 'welcome')?.saw).toContain(`/local/outbox?userId=${run.userId}`);
    const closing = closingOf(run, outcomes).join('\n');
    expect(closing).toContain('failed 0 · skipped 2');
    expect(closing).not.toContain('aws dynamodb');
    // In an account all of it would have to be taken away.
    const left = closingOf({ ...run, onLaptop: false }, outcomes).join('\n');
    expect(left).toContain(`k#${run.userId}"`);
    expect(left).toContain(`a#${run.userId}-device`);
  });

  it('tells of each step before the next one begins', async () => {
    const log: string[] = [];
    const step = (id: string): Step => ({
      id,
      what: id,
      go: async () => {
        log.push(`${id} goes`);
        return { outcome: 'ok', saw: 'yes' };
      },
    });
    const run = newRun({ url: laptop.url, key: 'wk', now: 0, wait: async () => {} });
    await carryOut([step('a'), step('b')], run, (outcome) => void log.push(...linesOf(outcome)));
    expect(log.map((line) => line.replaceAll(/ +/g, ' '))).toEqual(['a goes', 'ok a a: yes', 'b goes', 'ok b b: yes']);
  });

  it('with a server’s key as well', async () => {
    const { outcomes } = await smoke({ key: laptop.perennial.serverKey, to: 'server@simulator.example' });
    expect(idsOf(outcomes, 'failed')).toEqual([]);
  });
});

describe('smoke fails', () => {
  it('with a key that is none, and goes on', async () => {
    const { run, outcomes, ended } = await smoke({ key: 'wk_nobody', adminToken: laptop.perennial.adminToken });
    expect(ended).toMatchObject({ event: 'failed', 'gzip-octets': 'failed', 'unknown-key': 'ok', profile: 'skipped' });
    // All that failed did for the key, and nobody is told to deploy anything for it, or to take away what is not there.
    for (const outcome of outcomes) if (outcome.outcome === 'failed') expect(outcome.todo).toContain('npm run source');
    expect(closingOf({ ...run, onLaptop: false }, outcomes)).toHaveLength(2);
  });

  it('with an admin token that nobody believes', async () => {
    const { ended } = await smoke({ adminToken: 'a.b.c' });
    expect(ended).toMatchObject({ event: 'ok', profile: 'failed', debugger: 'failed', trace: 'failed' });
  });

  it('where events are lost on the way', async () => {
    const live = laptop.perennial.cloud.resources.find(
      ({ type, logicalId }) => type === 'AWS::SQS::Queue' && logicalId.startsWith('InputsLiveQueue'),
    );
    laptop.perennial.cloud.enableMapping(live?.attributes.Arn ?? '', false);
    const { outcomes, ended } = await smoke(
      { adminToken: laptop.perennial.adminToken, wait: async () => {} },
      steps.filter(({ id }) => id !== 'trace'),
    );
    laptop.perennial.cloud.enableMapping(live?.attributes.Arn ?? '', true);
    expect(ended).toMatchObject({ event: 'ok', profile: 'failed' });
    expect(outcomes.find(({ id }) => id === 'profile')?.saw).toContain('0 of 2');
  });

  it('where nobody answers, at once', async () => {
    const { outcomes } = await smoke({ url: 'http://127.0.0.1:9' });
    expect(idsOf(outcomes, 'failed')).toEqual(['event']);
    expect(countOf(outcomes).skipped).toBe(steps.length - 1);
  });

  describe('at something else', () => {
    let server: Server;
    afterAll(() => server.close());

    it('which says yes to everything', async () => {
      server = createServer((_request, response) => response.end('{}'));
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      const { port } = server.address() as AddressInfo;
      const { outcomes } = await smoke({ url: `http://127.0.0.1:${port}`, adminToken: 'x', wait: async () => {} });
      // Who never refuses looks healthy until it is asked for a refusal, or for what was sent.
      expect(idsOf(outcomes, 'failed')).toEqual(['cors', 'unknown-key', 'too-large', 'profile', 'trace']);
    });
  });
});

describe('a URL', () => {
  it.each([
    ['https://events.shop.example', undefined],
    ['http://127.0.0.1:4646', undefined],
    ['http://localhost:4646/', undefined],
    ['http://events.shop.example', 'https'],
    ['ftp://localhost', 'https'],
    ['events.shop.example', 'no URL'],
  ])('%s', (url, problem) => {
    if (problem === undefined) expect(problemOfUrl(url)).toBeUndefined();
    else expect(problemOfUrl(url)).toContain(problem);
  });
});
