import { createHash } from 'node:crypto';
import type { SourceKind } from '../domain/events/event.ts';
import { bindKey, bindSource, openSource, type Source } from '../domain/events/source.ts';
import { decodeInputs } from '../domain/state/input-message.ts';
import { idIn, isKnown, type UserKey } from '../domain/state/user-key.ts';
import { type Bill, billOf } from './bill/bill.ts';
import { Traffic } from './bill/traffic.ts';
import { LocalCloud } from './cloud/cloud.ts';
import type { Interceptor } from './cloud/endpoint.ts';
import type { InProcess } from './cloud/in-process/functions.ts';
import type { InvocationInterceptor } from './cloud/lambda-function.ts';
import type { Role } from './cloud/local-issuer.ts';
import type { BusEvent } from './cloud/services/eventbridge/event-bridge.ts';
import type { CapturedMessage } from './cloud/services/ses/outbox.ts';
import type { SendingQuota } from './cloud/services/ses/sending-quota.ts';
import type { Assembly } from './cloud/template/assembly.ts';
import { liveCatalogIn } from './live-catalog.ts';
import { type Overview, overviewOf } from './overview.ts';
import { firstUsefulSweep } from './sweep-gate.ts';
import { synthesizeLocal } from './synthesize.ts';

export interface LocalOptions {
  /** Where the local clock starts (ms); the real time if left out. */
  readonly startAt?: number;
  /** Whether time passes by itself; if not it moves only when told. */
  readonly ticking?: boolean;
  /** 0: any free port; `none`: requests come without a connection. */
  readonly port?: number | 'none';
  /** A cloud assembly synthesized before; made anew if left out. */
  readonly assembly?: string | Assembly;
  /** From it follows what is left to chance. */
  readonly seed?: string;
  /** What SES lets the account send; 1,000 a second and 10 million a day unless given. */
  readonly emailQuota?: SendingQuota;
  /** See every call of a function to a service: faults go here. */
  readonly interceptors?: readonly Interceptor[];
  /** Sees every invocation of a function: faults go here too. */
  readonly aroundInvocations?: InvocationInterceptor;
  /** How many messages a poll of a queue finds at most, up to ten: SQS asks only some of its servers. */
  readonly messagesPerPoll?: () => number;
  /** Functions that run in this process instead of in threads of their own. */
  readonly inProcess?: InProcess;
  /** Lines the functions and the cloud write. */
  readonly log?: (line: string) => void;
}

/** A captured message, with whose it is. */
export interface OutboxMessage extends Omit<CapturedMessage, 'at'> {
  readonly at: string;
  readonly userId: string | null;
}

/** What the `detail` of every domain event has. */
interface DomainEvent {
  /** Null for a device. */
  readonly userId: string | null;
}

/** `detail` of the domain event that tells of a new stage. */
export interface StageChanged {
  readonly id: string;
  readonly userId: string;
  readonly from: string | null;
  readonly to: string;
  readonly at: string;
  readonly cause: string;
}

/** The laptop's two sources. Their keys are no secret: nothing but this machine can reach it. */
const SOURCES = [
  { key: 'wk_local', id: 'local-app', kind: 'client' },
  { key: 'sk_local', id: 'local-server', kind: 'server' },
] as const satisfies readonly { key: string; id: string; kind: SourceKind }[];

/** More than the outbox keeps messages. */
const RECIPIENTS_KEPT = 100_000;

/** So many domain events are kept for a look. */
const EVENTS_KEPT = 500;

/** The only sender of stage `local`; the local SES has production access and knows its domain. */
const VERIFIED = 'shop.example';

/** Perennial's deployed stacks, running on this machine. */
export class LocalPerennial {
  readonly cloud: LocalCloud;
  readonly writeKey = SOURCES[0].key;
  readonly serverKey = SOURCES[1].key;
  /** Physical name of the profiles table. */
  readonly profilesTable: string;
  /** Who each send was claimed for, the oldest first: the outbox is looked at long after a claim's time to live is over. */
  readonly #recipients = new Map<string, UserKey>();
  readonly #due = new Set<string>();
  readonly #traffic: Traffic;
  #billedSince: number;
  /** The oldest first. */
  readonly #events: BusEvent[] = [];

  private constructor(cloud: LocalCloud) {
    this.cloud = cloud;
    this.profilesTable = tableOf(cloud, 'Profiles');
    const sends = tableOf(cloud, 'Sends');
    this.#traffic = new Traffic(cloud);
    this.#billedSince = cloud.clock.now();
    cloud.on('invoke', (logicalId, event) => {
      if (logicalId.startsWith('Advance')) for (const due of dueInputsIn(event)) this.#due.add(due);
    });
    cloud.on('change', (table, { newImage }) => {
      if (table === sends && newImage?.user?.S !== undefined) this.#remember(newImage.sendId?.S ?? '', newImage.user.S);
    });
    cloud.on('event', (_bus, event) => {
      // What AWS's services tell is no domain event.
      if (event.source.startsWith('aws.')) return;
      if (this.#events.push(event) > EVENTS_KEPT) this.#events.shift();
    });
  }

  /** Synthesizes the stacks of stage `local`, runs them and registers the two sources. */
  static async start({ assembly = synthesizeLocal(), log, ...options }: LocalOptions = {}): Promise<LocalPerennial> {
    let cloud: LocalCloud | undefined;
    let schedulesAt: number | undefined;
    cloud = await LocalCloud.start({
      ...options,
      assembly,
      verifiedIdentities: [VERIFIED],
      // Nobody is due before there is anybody.
      scheduleGate: (_rule, tick) =>
        cloud && firstUsefulSweep(cloud.services.dynamodb, tableOf(cloud, 'Profiles'), schedulesAt, tick),
      ...(log && { log: (source, line) => log(`[${source}] ${line}`) }),
    });
    const perennial = new LocalPerennial(cloud);
    for (const { id, kind, key } of SOURCES) await perennial.bindSource(openSource(id, kind), key);
    const ledger = tableOf(cloud, 'Ledger');
    cloud.on('change', (table, { newImage }) => {
      if (table === perennial.profilesTable && newImage?.dueAt?.N !== undefined)
        perennial.#expectSweep(Number(newImage.dueAt.N), schedulesAt);
      if (table === ledger && newImage?.kind?.S === 'sweep-cursor') {
        schedulesAt = newImage.schedulesAt && Number(newImage.schedulesAt.N);
        if (schedulesAt !== undefined) perennial.#expectSweep(schedulesAt, schedulesAt);
      }
    });
    return perennial;
  }

  get url(): string {
    return this.cloud.url;
  }

  get adminToken(): string {
    return this.token('admin', 'local-admin');
  }

  /** A token for the admin API. */
  token(role: Role, subject: string): string {
    return this.cloud.tokenOf({ role, subject });
  }

  /** The local clock (ms). */
  now(): number {
    return this.cloud.clock.now();
  }

  /** Moves the clock; whatever is due on the way has happened when it resolves. */
  advanceTo(time: number): Promise<void> {
    return this.cloud.advanceTo(time);
  }

  settle(): Promise<void> {
    return this.cloud.settle();
  }

  stop(): Promise<void> {
    return this.cloud.stop();
  }

  /** Captured messages, newest first; of one user if one is named. */
  outbox(userId?: string): OutboxMessage[] {
    const messages = this.cloud.outbox.list().map((message) => ({
      ...message,
      at: new Date(message.at).toISOString(),
      userId: this.#recipientOf(message),
    }));
    return userId === undefined ? messages : messages.filter((message) => message.userId === userId);
  }

  /** The last domain events the bus was given, newest first; of one user if one is named. */
  events(userId?: string): BusEvent[] {
    const events = [...this.#events].reverse();
    return userId === undefined ? events : events.filter(({ detail }) => (detail as DomainEvent).userId === userId);
  }

  overview(): Overview {
    const { dynamodb } = this.cloud.services;
    const live = liveCatalogIn(dynamodb.scan(tableOf(this.cloud, 'Definitions')));
    return overviewOf(dynamodb.scan(this.profilesTable), live);
  }

  /** What AWS would have billed since this was started, or since the bill was begun anew. */
  bill(eventsPerUser?: number): Bill {
    return billOf(this.cloud, this.#traffic, {
      since: this.#billedSince,
      ...(eventsPerUser !== undefined && { eventsPerUser }),
    });
  }

  /** From here on it counts anew. */
  beginBill(): void {
    this.cloud.meter.reset();
    this.#traffic.reset();
    this.#billedSince = this.now();
  }

  /** Due inputs the workers were given so far, each counted once however often it was delivered. */
  get dueInputsProcessed(): number {
    return this.#due.size;
  }

  /** Tells of every stage change put on the event bus; more than once if it was put there more than once. */
  onStageChanged(listener: (change: StageChanged) => void): void {
    this.cloud.on('event', (_bus, event) => {
      if (event['detail-type'] === 'Stage Changed') listener(event.detail as StageChanged);
    });
  }

  /** Who a message was for: its tag names the send, and the claim of the send names the user. */
  #recipientOf({ tags }: CapturedMessage): string | null {
    const { sendId } = tags;
    const user = sendId === undefined ? undefined : this.#recipients.get(sendId);
    // A device is nobody who is written to; what a program sent to a mere address has a key of its own.
    return user === undefined || !isKnown(user) ? null : idIn(user);
  }

  #remember(sendId: string, user: string): void {
    this.#recipients.set(sendId, user as UserKey);
    const [oldest] = this.#recipients.keys();
    if (this.#recipients.size > RECIPIENTS_KEPT && oldest !== undefined) this.#recipients.delete(oldest);
  }

  /** Binds a source as it is given, and a key of it, as `npm run source` does in an account. */
  async bindSource(source: Source, key: string): Promise<void> {
    const sha256 = createHash('sha256').update(key).digest('hex');
    const sourceKey = { sha256, sourceId: source.id, hint: key.slice(0, 8), createdAt: this.now() };
    for (const binding of [bindSource(source), bindKey(sourceKey)]) {
      const answer = await this.cloud.services.dynamodb.handle({
        ...LOCAL_CALL,
        service: 'dynamodb',
        action: 'PutItem',
        input: {
          TableName: tableOf(this.cloud, 'Definitions'),
          Item: Object.fromEntries(Object.entries(binding).map(([name, value]) => [name, { S: value }])),
        },
      });
      if (answer.status !== 200) throw new Error(`The source could not be bound: ${JSON.stringify(answer.body)}`);
    }
  }

  #expectSweep(at: number, schedulesAt: number | undefined): void {
    const first = firstUsefulSweep(this.cloud.services.dynamodb, this.profilesTable, schedulesAt, this.now());
    if (first !== undefined && first <= at) this.cloud.reschedule(first);
  }
}

/** What a call needs that no function makes. */
const LOCAL_CALL = { caller: 'local', method: 'POST', path: '/', headers: {} } as const;

/** Physical name of a table of the data stack. */
function tableOf(cloud: LocalCloud, name: string): string {
  const table = cloud.resources.find(
    ({ type, logicalId }) => type === 'AWS::DynamoDB::GlobalTable' && logicalId.startsWith(name),
  );
  if (table === undefined) throw new Error(`The stacks have no table ${name}`);
  return table.ref;
}

/** The due inputs in an event of queue messages. */
function dueInputsIn(event: unknown): string[] {
  const { Records } = event as { Records: readonly { body: string }[] };
  return Records.filter(({ body }) => body.includes('"kind":"due"'))
    .flatMap(({ body }) => decodeInputs(body).inputs)
    .flatMap(({ kind, user, at }) => (kind === 'due' ? [`${user}@${at}`] : []));
}
