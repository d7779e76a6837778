import type { Interceptor } from '../endpoint.ts';
import type { Scanned } from '../services/athena/run-query.ts';
import type { DynamoDb } from '../services/dynamodb/dynamo-db.ts';
import type { Received } from '../services/sqs/message.ts';
import { ASSUMPTIONS } from './assumptions.ts';
import { billedMs, type Usage } from './duration.ts';
import { askingForCapacity, withoutCapacity } from './dynamodb-units.ts';
import { serviceUnits } from './service-units.ts';
import { sqsRequests } from './sqs-units.ts';
import { Tally } from './tally.ts';
import type { Metered } from './unit.ts';

const REQUEST_BYTES = 512 * 1_024;
const MEGABYTE = 1_024 * 1_024;
/** Athena bills no query as less. */
const LEAST_MEGABYTES = 10;

/** What is billed for one function: what it is, to know what its invocations cost. */
export interface MeteredFunction {
  readonly logicalId: string;
  readonly accessKeyId: string;
  readonly memoryMb: number;
  /** Whether Lambda's own lines on each invocation are in its log. */
  readonly logsSystem: boolean;
}

/** Runs of a scheduled function under way, and what it had used before the first of them. */
interface Runs {
  readonly before: Tally;
  underWay: number;
  /** Whether another ran beside it: then nobody knows what one took. */
  overlapped: boolean;
}

/**
 * Counts what AWS would bill, from the first call on: calls by functions, and what is billed without one (invocations,
 * polling, requests, lines of logs). Whatever is done without a function, by tests and tools, is not counted.
 */
export class Meter {
  readonly #tallies = new Map<string, Tally>();
  readonly #byKey = new Map<string, MeteredFunction>();
  readonly #unitsOf: ReturnType<typeof serviceUnits>;
  readonly #unknown = new Set<string>();
  /** By function that a schedule starts: the least of each unit that one run took; undefined before the first. */
  readonly #least = new Map<string, Tally | undefined>();
  readonly #runs = new Map<string, Runs>();

  constructor(dynamodb: DynamoDb) {
    this.#unitsOf = serviceUnits(dynamodb);
  }

  /** The last on a call's way to its service: what was refused before is not billed. */
  readonly interceptor: Interceptor = async (request, next) => {
    const owner = this.#byKey.get(request.caller)?.logicalId;
    if (owner === undefined) return next(request);
    const tally = this.#tallyOf(owner);
    const units = this.#unitsOf(request.service);
    if (units === undefined) this.#unknown.add(request.service);
    const isDynamodb = request.service === 'dynamodb';
    const response = await next(isDynamodb ? askingForCapacity(request) : request);
    units?.(request, response, (unit, resource, quantity) => tally.add(unit, resource, quantity));
    return isDynamodb ? withoutCapacity(request, response) : response;
  };

  /** Services that functions called and of which the meter does not know what they cost. */
  get unknownServices(): readonly string[] {
    return [...this.#unknown];
  }

  register(metered: MeteredFunction): void {
    this.#byKey.set(metered.accessKeyId, metered);
  }

  /** A schedule starts this function: what a run takes at least is kept, for the runs that are skipped. */
  watchRunsOf(owner: string): void {
    if (!this.#least.has(owner)) this.#least.set(owner, undefined);
  }

  /** What a run of a scheduled function takes that finds nothing to do: of each unit the least that any run took. */
  leastRunOf(owner: string): Tally | undefined {
    return this.#least.get(owner);
  }

  invocationBegins(owner: string): void {
    if (!this.#least.has(owner)) return;
    const runs = this.#runs.get(owner);
    if (runs === undefined) {
      const before = this.#tallyOf(owner).map(({ quantity }) => quantity);
      this.#runs.set(owner, { before, underWay: 1, overlapped: false });
    } else {
      runs.underWay++;
      runs.overlapped = true;
    }
  }

  invocationEnds({ logicalId: owner, memoryMb, logsSystem }: MeteredFunction, usage: Usage): void {
    const tally = this.#tallyOf(owner);
    tally.add('lambda.requests', '', 1);
    tally.add('lambda.gb-seconds', '', (billedMs(usage, memoryMb) / 1_000) * (memoryMb / 1_024));
    if (logsSystem) tally.add('logs.bytes', '', ASSUMPTIONS.systemLogBytes);
    this.#endRun(owner, tally);
  }

  /** A function, or Lambda about it, wrote a line of its log. */
  logged(owner: string, line: string): void {
    this.#tallyOf(owner).add('logs.bytes', '', Buffer.byteLength(line) + ASSUMPTIONS.logLineBytes);
  }

  /** The HTTP API handed a request with a body of so many bytes to a function. */
  requested(owner: string, bytes: number): void {
    this.#tallyOf(owner).add('http-api.requests', '', Math.max(1, Math.ceil(bytes / REQUEST_BYTES)));
  }

  /** Lambda received messages for a function. */
  polled(owner: string, queue: string, messages: readonly Received[]): void {
    this.#tallyOf(owner).add('sqs.requests', queue, sqsRequests(messages));
  }

  /** Lambda deleted what a function has processed of one batch. */
  deleted(owner: string, queue: string): void {
    this.#tallyOf(owner).add('sqs.requests', queue, 1);
  }

  /** A service put an object into a bucket for itself, as Firehose and Lambda do. */
  stored(owner: string, bucket: string): void {
    this.#tallyOf(owner).add('s3.puts', bucket, 1);
  }

  /** A query that somebody asked has read objects: Athena gets and lists them as everybody does. */
  scanned(accessKeyId: string, workGroup: string, { bytes, objects, partitions }: Scanned): void {
    const owner = this.#byKey.get(accessKeyId)?.logicalId;
    if (owner === undefined) return;
    const tally = this.#tallyOf(owner);
    tally.add('athena.bytes', workGroup, Math.max(LEAST_MEGABYTES, Math.ceil(bytes / MEGABYTE)) * MEGABYTE);
    tally.add('s3.gets', '', objects);
    // Its lists, and its answer with the description of it.
    tally.add('s3.puts', '', partitions + 2);
  }

  *metered(): Iterable<Metered> {
    for (const [owner, tally] of this.#tallies) for (const count of tally.counts()) yield { owner, ...count };
  }

  /** Starts anew; what a scheduled run takes at least stays known. */
  reset(): void {
    this.#tallies.clear();
    this.#runs.clear();
  }

  #tallyOf(owner: string): Tally {
    let tally = this.#tallies.get(owner);
    if (tally === undefined) {
      tally = new Tally();
      this.#tallies.set(owner, tally);
    }
    return tally;
  }

  #endRun(owner: string, after: Tally): void {
    const runs = this.#runs.get(owner);
    if (runs === undefined || --runs.underWay > 0) return;
    this.#runs.delete(owner);
    if (runs.overlapped) return;
    const took = after.map(({ unit, resource, quantity }) => quantity - runs.before.of(unit, resource));
    const least = this.#least.get(owner);
    this.#least.set(
      owner,
      least?.map(({ unit, resource, quantity }) => Math.min(quantity, took.of(unit, resource))) ??
        // What it sends is what it finds; runs that would find nothing are not made here.
        took.map(({ unit, quantity }) => (unit === 'sqs.requests' ? 0 : quantity)),
    );
  }
}
