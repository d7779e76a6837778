/** What stands in the cloud when all has come to rest, read from its stores without any function's help. */
import { gunzipSync } from 'node:zlib';
import { type ProfileView, viewProfile } from '../../domain/state/profile-view.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import type { LocalCloud } from '../../local/cloud/cloud.ts';
import type { Item } from '../../local/cloud/services/dynamodb/attribute-value.ts';
import type { BusEvent } from '../../local/cloud/services/eventbridge/event-bridge.ts';
import { storedProfile } from '../../local/stored-profile.ts';

/** A message that was claimed, with what the claims' table says became of it. */
export interface Claim {
  readonly sendId: string;
  readonly user: string;
  readonly message: string;
  readonly status: string;
  readonly reason: string | undefined;
  /** How often somebody has claimed it. */
  readonly tries: number;
  readonly decidedAt: number;
  readonly claimedAt: number;
}

/** A message that a provider took. */
export interface SentMessage {
  readonly sendId: string;
  readonly message: string;
  readonly to: string;
  readonly at: number;
}

export interface DomainEvent {
  readonly name: string;
  readonly detail: Readonly<Record<string, unknown>> & { readonly id: string; readonly userId: string };
}

/** A line of a user's timeline: the effect as it was decided. */
export interface TimelineLine {
  readonly user: string;
  readonly kind: string;
  readonly effect: Readonly<Record<string, unknown>> & { readonly id: string };
}

export interface Outcome {
  /** The profile somebody has, of an id that has become part of another one that one's; undefined when there is none. */
  readonly profileOf: (key: UserKey) => ProfileView | undefined;
  readonly claims: readonly Claim[];
  /** As often as a provider took them. */
  readonly sent: readonly SentMessage[];
  /** As often as the bus was given them. */
  readonly events: readonly DomainEvent[];
  readonly timeline: readonly TimelineLine[];
  /** Ids of the events in the lake. */
  readonly lake: ReadonlySet<string>;
  /** Messages and objects that are where nothing should be left, by place. */
  readonly leftOver: readonly string[];
}

function physicalName(cloud: LocalCloud, type: string, start: string): string {
  const found = cloud.resources.find((one) => one.type === type && one.logicalId.startsWith(start));
  if (found === undefined) throw new Error(`The stacks have no ${type} ${start}`);
  return found.ref;
}

export const tableName = (cloud: LocalCloud, start: string) => physicalName(cloud, 'AWS::DynamoDB::GlobalTable', start);

/** Watches what does not stay: claims go after a month, and events on the bus at once. */
export class Watch {
  readonly events: BusEvent[] = [];
  readonly #claims = new Map<string, Claim>();

  constructor(cloud: LocalCloud) {
    const sends = tableName(cloud, 'Sends');
    cloud.on('event', (_bus, event) => {
      if (!event.source.startsWith('aws.')) this.events.push(event);
    });
    cloud.on('change', (table, { keys, newImage, oldImage }) => {
      const sendId = String(keys.sendId?.S);
      if (table !== sends || !isClaim(sendId)) return;
      if (newImage !== undefined) this.#claims.set(sendId, claimOf(newImage));
      // Given back, or only forgotten for its age.
      else if (Number(oldImage?.expiresAt?.N) * 1_000 > cloud.clock.now()) this.#claims.delete(sendId);
    });
  }

  get claims(): readonly Claim[] {
    return [...this.#claims.values()];
  }
}

/** Beside the claims stand what only one message may have at a time, and what programs have asked for. */
export const isClaim = (sendId: string): boolean => !sendId.includes('#');

const claimOf = ({ sendId, user, message, status, reason, tries, decidedAt, claimedAt }: Item): Claim => ({
  sendId: String(sendId?.S),
  user: String(user?.S),
  message: String(message?.S),
  status: String(status?.S),
  reason: reason?.S,
  tries: Number(tries?.N ?? 1),
  decidedAt: Number(decidedAt?.N),
  claimedAt: Number(claimedAt?.N),
});

export function outcomeOf(cloud: LocalCloud, watch: Watch): Outcome {
  const items = (table: string) => [...cloud.services.dynamodb.scan(tableName(cloud, table))];
  const profiles = new Map(items('Profiles').map((item) => [String(item.id?.S), item]));
  return {
    profileOf(key) {
      let item = profiles.get(key);
      while (item?.heir?.S !== undefined) item = profiles.get(item.heir.S);
      if (item === undefined) return undefined;
      const decoded = storedProfile(item);
      if (decoded?.outcome !== 'profile') throw new Error(`${key} is stored as nobody can read it`);
      return viewProfile(decoded.profile);
    },
    claims: watch.claims,
    sent: cloud.outbox
      .list()
      .map(({ tags, to, at }) => ({ sendId: tags.sendId ?? '', message: tags.message ?? '', to: to.join(), at })),
    events: watch.events.map((event) => ({
      name: event['detail-type'],
      detail: event.detail as DomainEvent['detail'],
    })),
    timeline: items('Timeline').map(({ user, kind, data }) => ({
      user: String(user?.S),
      kind: String(kind?.S),
      effect: JSON.parse(String(data?.S)) as TimelineLine['effect'],
    })),
    lake: new Set(lakeLines(cloud).map((line) => (JSON.parse(line) as { messageId: string }).messageId)),
    leftOver: [...leftInQueues(cloud), ...leftInFailures(cloud)],
  };
}

function lakeLines(cloud: LocalCloud): string[] {
  const bucket = physicalName(cloud, 'AWS::S3::Bucket', 'Lake');
  return [...cloud.services.objects.list(bucket, 'raw/')].flatMap(({ body }) =>
    (body[0] === 0x1f ? gunzipSync(body) : body)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== ''),
  );
}

/** What is due later may wait on a queue; anything else has to be done, dead letters above all. */
function leftInQueues(cloud: LocalCloud): string[] {
  return [...cloud.services.sqs.queues()].flatMap((queue) => {
    const { visible, inFlight, delayed } = queue.depth();
    const left = visible + inFlight;
    const isOfTimers = queue.definition.name.includes('Timers');
    return left === 0 && (delayed === 0 || isOfTimers)
      ? []
      : [`${left + delayed} messages on ${queue.definition.name}`];
  });
}

function leftInFailures(cloud: LocalCloud): string[] {
  const bucket = physicalName(cloud, 'AWS::S3::Bucket', 'Failures');
  return [...cloud.services.objects.list(bucket)].map(({ key }) => `stream records given up: ${key}`);
}
