import type { EventEmitter } from 'node:events';
import type { Activity } from '../clock.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { InProcess } from '../in-process/functions.ts';
import type { InvocationInterceptor, LambdaFunction } from '../lambda-function.ts';
import type { AsyncInvocations } from '../mappings/async-invocation.ts';
import type { SqsMapping } from '../mappings/sqs-mapping.ts';
import type { StreamMapping } from '../mappings/stream-mapping.ts';
import type { Meter } from '../meter/meter.ts';
import type { Outside } from '../outside.ts';
import type { Pauses } from '../pauses.ts';
import type { Permissions } from '../permissions/permissions.ts';
import type { ScheduledRule, ScheduleGate } from '../scheduled-rule.ts';
import type { Athena } from '../services/athena/athena.ts';
import type { CloudWatch } from '../services/cloudwatch/cloud-watch.ts';
import type { DynamoDb } from '../services/dynamodb/dynamo-db.ts';
import type { EventBridge } from '../services/eventbridge/event-bridge.ts';
import type { Firehose } from '../services/firehose/firehose.ts';
import type { GlueCatalog } from '../services/glue/catalog.ts';
import type { ObjectStore } from '../services/s3/object-store.ts';
import type { S3 } from '../services/s3/s3.ts';
import type { SecretsManager } from '../services/secretsmanager/secrets-manager.ts';
import type { Ses } from '../services/ses/ses.ts';
import type { Sqs } from '../services/sqs/sqs.ts';
import type { ParameterStore } from '../services/ssm/parameter-store.ts';
import type { Resource, Surroundings } from '../template/stack.ts';
import type { VirtualClock } from '../virtual-clock.ts';

export interface Services {
  readonly dynamodb: DynamoDb;
  readonly sqs: Sqs;
  /** CloudWatch, by its signing name. */
  readonly monitoring: CloudWatch;
  readonly firehose: Firehose;
  readonly events: EventBridge;
  readonly ses: Ses;
  readonly ssm: ParameterStore;
  readonly secretsmanager: SecretsManager;
  readonly s3: S3;
  readonly athena: Athena;
  /** The tables that Athena knows. */
  readonly glue: GlueCatalog;
  /** What S3 keeps, for what AWS writes there itself. */
  readonly objects: ObjectStore;
}

/** What deploying needs, and what has been deployed so far. Deployers add to it. */
export interface Deployment {
  readonly services: Services;
  readonly clock: VirtualClock;
  readonly activity: Activity;
  readonly pauses: Pauses;
  readonly endpoint: Endpoint;
  readonly outside: Outside;
  readonly gateway: Gateway;
  readonly meter: Meter;
  readonly invocations: AsyncInvocations;
  readonly permissions: Permissions;
  readonly around: Surroundings;
  /** Files of an asset by its hash. */
  readonly assets: ReadonlyMap<string, string>;
  /** Most environments a function may have, by logical id; `default` for those not named. */
  readonly environments: Readonly<Record<string, number>>;
  /** The functions that run in this process instead of in threads of their own. */
  readonly inProcess: InProcess | undefined;
  readonly aroundInvocations: InvocationInterceptor | undefined;
  readonly messagesPerPoll: (() => number) | undefined;
  readonly scheduleGate: ScheduleGate | undefined;
  readonly log: (source: string, line: string) => void;
  /** Told of each invocation, with the function's logical id. */
  readonly onInvoke: (logicalId: string, event: unknown) => void;

  /** All resources of all stacks, for types that have to look at others. */
  resources: readonly Resource[];
  readonly functionsByArn: Map<string, LambdaFunction>;
  readonly sqsMappings: SqsMapping[];
  readonly streamMappings: StreamMapping[];
  readonly schedules: ScheduledRule[];
  /** By arn of a pattern rule: hands an event to its targets. */
  readonly ruleTargets: Map<string, (event: unknown) => void>;
  /** Emits a table's physical name with each of its changes. */
  readonly changes: EventEmitter<ChangeEvents>;
}

export type ChangeEvents = Record<string, [import('../services/dynamodb/dynamo-db.ts').ItemChange]>;

/** Brings one resource into being. */
export type Deployer = (resource: Resource, deployment: Deployment) => void;
