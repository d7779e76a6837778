import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { DAY, MINUTE, SECOND } from '../../domain/calendar.ts';
import { Laptop } from '../support/laptop.ts';
import { START } from '../support/people.ts';

let laptop: Laptop | undefined;
afterEach(() => laptop?.stop());

const DORMANT_AT = START + SECOND / 2 + 30 * DAY;

/**
 * Ada comes due while an event of hers waits on a queue that stands still for an hour. Workers hold her due input back: it
 * goes round between its queue and them until the event is through.
 */
async function heldBackForAnHour(assembly: string) {
  let rounds = 0;
  const log = (line: string) => {
    if (line.includes('timers-held-back')) rounds++;
  };
  laptop = await Laptop.start({ assembly, log });
  const { perennial } = laptop;
  const queues = [...perennial.cloud.services.sqs.queues()];
  const live = queues.find(({ definition }) => definition.name.includes('InputsLiveQueue'))?.definition.arn ?? '';
  await perennial.advanceTo(START + SECOND / 2);
  await laptop.post('/v1/identify', { userId: 'ada', traits: { email: 'ada@example.com' } });
  await perennial.advanceTo(DORMANT_AT - 70 * SECOND);
  perennial.cloud.enableMapping(live, false);
  await laptop.post('/v1/track', { userId: 'ada', event: 'Product Viewed' });
  await perennial.advanceTo(DORMANT_AT + 60 * MINUTE);
  perennial.cloud.enableMapping(live, true);
  await perennial.advanceTo(DORMANT_AT + 90 * MINUTE);
  const functions = [...perennial.cloud.functions.values()];
  const dropped = functions.reduce((sum, { recursiveInvocationsDropped }) => sum + recursiveInvocationsDropped, 0);
  const deadLetters = queues
    .filter(({ definition }) => definition.name.includes('InputsTimersDeadLetters'))
    .reduce((sum, queue) => sum + queue.depth().visible, 0);
  return { rounds, dropped, deadLetters, stage: (await laptop.profile('ada')).stage?.name };
}

/** The stacks as if advance did not say that it may go in a circle. */
function withoutLeave(): string {
  const directory = mkdtempSync(join(tmpdir(), 'perennial-loop-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  cpSync(inject('assembly'), directory, { recursive: true });
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.template.json'))) {
    const path = join(directory, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"RecursiveLoop": *"Allow",?/, ''));
  }
  return directory;
}

describe('AWS stops a loop through SQS after 16 rounds, unless the function says that it means it', () => {
  it('advance says so: what it holds back goes round for as long as it has to', async () => {
    const { rounds, dropped, deadLetters, stage } = await heldBackForAnHour(inject('assembly'));
    expect(rounds).toBeGreaterThan(16);
    expect({ dropped, deadLetters, stage }).toEqual({ dropped: 0, deadLetters: 0, stage: 'active' });
  });

  it('if it did not, what it holds back would end in the dead letters', async () => {
    const { dropped, deadLetters } = await heldBackForAnHour(withoutLeave());
    expect(dropped).toBeGreaterThan(0);
    expect(deadLetters).toBeGreaterThan(0);
  });
});
