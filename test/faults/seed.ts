import type { Interceptor } from '../../local/cloud/endpoint.ts';
import { Faults } from '../../local/cloud/faults/faults.ts';
import type { InProcess } from '../../local/cloud/in-process/functions.ts';
import type { Assembly } from '../../local/cloud/template/assembly.ts';
import { randomFrom } from '../../local/demo/random.ts';
import { LocalPerennial } from '../../local/perennial.ts';
import type { Sent } from '../support/people-oracle.ts';
import { askForReceipts } from './asked.ts';
import { deliver } from './deliver.ts';
import { functionsInProcess } from './functions.ts';
import { randomLives } from './lives.ts';
import { Outages } from './outages.ts';
import { outcomeOf, tableName, Watch } from './outcome.ts';
import { publish, QUIET } from './published.ts';
import { SendsInDoubt } from './sends-in-doubt.ts';
import { type Verdict, verdictOn } from './verdict.ts';
import { type Safeguard, without } from './without.ts';

export interface SeedOptions {
  readonly assembly: string | Assembly;
  /**
   * `in process`: the handlers as they are, over SDK clients without a network; a seed gives the same run each time.
   * `threads`: the bundled functions on the full local cloud, where threads meet as they happen to.
   */
  readonly form: 'in process' | 'threads';
  /** What is taken out of the product, to see that this is noticed. */
  readonly without?: Safeguard | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

export interface SeedResult extends Verdict {
  readonly seed: number;
  readonly users: number;
  readonly inputs: number;
  /** What went wrong, and how often. */
  readonly faults: Readonly<Record<string, number>>;
}

/** Monday afternoon: with rounds at whole and quarter days from here, nothing is due in the hour after midnight. */
const START = Date.parse('2026-03-02T15:00:00Z');
/** So long after a sweep people do things, and are due: then one sweep sees it coming, and the next no longer. */
const AFTER_SWEEPS = 45_000;
/** Long enough for every queue to bring back what failed, and short enough for the next midnight. */
const COME_TO_REST = 2.5 * 3_600_000;

/** So many a server asks for in each round. */
const RECEIPTS = 3;

/** Between faults lie up to so many calls, and up to so many invocations: some seeds are rough, some nearly calm. */
const CALLS = [30, 60, 120];
const INVOCATIONS = [10, 20, 40];

/** Lives a seed's people through everything that goes wrong, and says what differs in the end from what should be. */
export async function runSeed(seed: number, options: SeedOptions): Promise<SeedResult> {
  const random = randomOf(seed);
  const lives = randomLives(seed, START + AFTER_SWEEPS, random);
  const inDoubt = new SendsInDoubt(() => tableName(perennial.cloud, 'Sends'));
  const faults = new Faults({
    random,
    calls: CALLS[seed % CALLS.length] as number,
    invocations: INVOCATIONS[Math.floor(random() * INVOCATIONS.length)] as number,
    onCall: (befallen) => inDoubt.befell(befallen),
  });
  const outages = new Outages(START + AFTER_SWEEPS, random);
  const perennial = await start(
    seed,
    options,
    [faults.interceptor, inDoubt.interceptor, outages.interceptor],
    faults,
    random,
  );
  outages.begin(perennial);
  await publish(perennial);
  const watch = new Watch(perennial.cloud);
  try {
    const accepted: Sent[] = [];
    const asked = new Set<string>();
    for (const [round, { at, requests }] of lives.rounds.entries()) {
      await outages.advanceTo(at);
      // One of them was asked for in the round before: a server that heard no answer.
      const orders = Array.from({ length: RECEIPTS }, (_, n) => `order-${seed}-${round * (RECEIPTS - 1) + n}`);
      const receipts = askForReceipts(perennial, orders);
      accepted.push(...(await deliver(perennial, requests)));
      for (const id of await receipts) asked.add(id);
      await outages.advanceTo(at + COME_TO_REST);
      await perennial.settle();
    }
    await outages.advanceTo(lives.end);
    faults.active = false;
    await perennial.settle();
    await perennial.advanceTo(lives.end + COME_TO_REST);
    await perennial.settle();

    const story = { accepted, userIds: lives.userIds, end: perennial.now(), quiet: QUIET, asked: [...asked] };
    return {
      seed,
      users: lives.userIds.length,
      inputs: accepted.length,
      faults: Object.fromEntries(faults.injected),
      ...verdictOn(story, outcomeOf(perennial.cloud, watch), inDoubt.ids),
    };
  } finally {
    await perennial.stop();
  }
}

function randomOf(seed: number): () => number {
  const random = randomFrom(Math.imul(seed + 1, 0x9e3779b1));
  // Seeds that follow each other begin alike.
  for (let i = 0; i < 8; i++) random();
  return random;
}

function start(
  seed: number,
  { assembly, form, without: safeguard, log }: SeedOptions,
  watching: readonly Interceptor[],
  faults: Faults,
  random: () => number,
): Promise<LocalPerennial> {
  let perennial: LocalPerennial | undefined;
  const tables = () => {
    if (perennial === undefined) throw new Error('A function called before the cloud had started');
    return { profiles: perennial.profilesTable, sends: tableName(perennial.cloud, 'Sends') };
  };
  const inProcess: InProcess = { functions: functionsInProcess, random };
  const started = LocalPerennial.start({
    assembly,
    startAt: START,
    ticking: false,
    seed: String(seed),
    interceptors: [...watching, ...(safeguard ? [without(safeguard, tables)] : [])],
    aroundInvocations: faults.aroundInvocations,
    // So few at a time that several workers have something of one person.
    messagesPerPoll: () => 1 + Math.floor(random() * 2),
    port: form === 'threads' ? 0 : 'none',
    ...(form === 'in process' && { inProcess }),
    ...(log && { log }),
  });
  return started.then((running) => {
    perennial = running;
    return running;
  });
}
