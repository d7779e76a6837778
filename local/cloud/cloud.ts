import { EventEmitter } from 'node:events';
import type { LocalCloudOptions } from './cloud-options.ts';
import { deploy } from './deploy/deploy.ts';
import type { ChangeEvents, Deployment, Services } from './deploy/deployment.ts';
import { Endpoint } from './endpoint.ts';
import { ENDPOINT_HOST } from './endpoint-host.ts';
import type { BareRequest, LocalRoutes } from './gateway/gateway.ts';
import { Gateway } from './gateway/gateway.ts';
import type { WireResponse } from './gateway/payload.ts';
import type { InvocationResult, LambdaFunction } from './lambda-function.ts';
import { claimsOf, createLocalIssuer, type Holder, type LocalIssuer } from './local-issuer.ts';
import { AsyncInvocations } from './mappings/async-invocation.ts';
import { Meter } from './meter/meter.ts';
import { Outside } from './outside.ts';
import { Pauses } from './pauses.ts';
import { Permissions } from './permissions/permissions.ts';
import { Quiet } from './quiet.ts';
import { Athena } from './services/athena/athena.ts';
import { CloudWatch } from './services/cloudwatch/cloud-watch.ts';
import type { ItemChange } from './services/dynamodb/dynamo-db.ts';
import { DynamoDb } from './services/dynamodb/dynamo-db.ts';
import type { BusEvent } from './services/eventbridge/event-bridge.ts';
import { EventBridge } from './services/eventbridge/event-bridge.ts';
import { Firehose } from './services/firehose/firehose.ts';
import { GlueCatalog } from './services/glue/catalog.ts';
import { ObjectStore } from './services/s3/object-store.ts';
import { S3 } from './services/s3/s3.ts';
import { SecretsManager } from './services/secretsmanager/secrets-manager.ts';
import { Outbox } from './services/ses/outbox.ts';
import { Ses } from './services/ses/ses.ts';
import { Sqs } from './services/sqs/sqs.ts';
import { ParameterStore } from './services/ssm/parameter-store.ts';
import { readAssembly } from './template/assembly.ts';
import type { Resource, Stack } from './template/stack.ts';
import { VirtualClock } from './virtual-clock.ts';
import type { SdkAnswer, SdkCall } from './worker/protocol.ts';

export interface LocalCloudEvents {
  /** An event was put on a bus. */
  event: [busName: string, event: BusEvent];
  /** A function, given by its logical id, is about to be invoked. */
  invoke: [logicalId: string, event: unknown];
  /** An item changed; the table is given by its physical name. */
  change: [tableName: string, change: ItemChange];
}

const endpointUrl = `http://${ENDPOINT_HOST}`;

/** The synthesized stacks, running on this machine. */
export class LocalCloud extends EventEmitter<LocalCloudEvents> {
  readonly clock: VirtualClock;
  readonly services: Services;
  /** What was sent to people. */
  readonly outbox = new Outbox();
  /** Systems of others, and what they were told. */
  readonly outside: Outside;
  /** What AWS would bill for what the functions do. */
  readonly meter: Meter;
  readonly #quiet: Quiet;
  readonly #pauses: Pauses;
  readonly #gateway: Gateway;
  readonly #issuer: LocalIssuer = createLocalIssuer();
  readonly #changes = new EventEmitter<ChangeEvents>();
  #deployment: Deployment | undefined;
  #stacks: readonly Stack[] = [];
  #url = '';

  static async start(options: LocalCloudOptions): Promise<LocalCloud> {
    const cloud = new LocalCloud(options);
    try {
      await cloud.#deploy(options);
    } catch (error) {
      await cloud.stop();
      throw error;
    }
    return cloud;
  }

  private constructor({
    startAt,
    ticking,
    quietLimitMs,
    region,
    seed,
    emailQuota,
    log = () => undefined,
  }: LocalCloudOptions) {
    super();
    const quiet = new Quiet(quietLimitMs);
    this.#quiet = quiet;
    this.outside = new Outside(quiet);
    this.clock = new VirtualClock({
      whenQuiet: () => quiet.whenQuiet(),
      ...(startAt === undefined ? {} : { startAt }),
      ...(ticking === undefined ? {} : { ticking }),
    });
    const { clock } = this;
    this.#pauses = new Pauses({ clock, activity: quiet });
    const objects = new ObjectStore();
    const sqs = new Sqs({ clock });
    const catalog = new GlueCatalog();
    const dynamodb = new DynamoDb({ clock, seed, onChange: (table, change) => this.#changed(table, change) });
    this.meter = new Meter(dynamodb);
    this.services = {
      dynamodb,
      sqs,
      monitoring: new CloudWatch({ clock, sqs }),
      firehose: new Firehose({ clock, objects, onObject: ({ name, bucket }) => this.meter.stored(name, bucket) }),
      events: new EventBridge({
        clock,
        ...(region === undefined ? {} : { region }),
        onMatch: (rule, event) => this.#deployment?.ruleTargets.get(rule.arn)?.(event),
        onEvent: (bus, event) => this.emit('event', bus, event),
      }),
      ssm: new ParameterStore(region === undefined ? {} : { region }),
      secretsmanager: new SecretsManager(region === undefined ? {} : { region }),
      ses: new Ses({
        ...{ clock, outbox: this.outbox },
        ...(region === undefined ? {} : { region }),
        ...(seed === undefined ? {} : { seed }),
        ...(emailQuota === undefined ? {} : { quota: emailQuota }),
        publish: (event) => this.services.events.emit('default', event),
      }),
      s3: new S3({ clock, objects }),
      athena: new Athena({
        ...{ clock, activity: quiet, catalog, objects },
        ...(region === undefined ? {} : { region }),
        may: (caller, need) => this.permissions.callerMay(caller, need),
        onScanned: (caller, workGroup, scanned) => this.meter.scanned(caller, workGroup, scanned),
      }),
      glue: catalog,
      objects,
    };
    this.#gateway = new Gateway({
      clock,
      activity: quiet,
      issuer: this.#issuer,
      log: (line) => log('gateway', line),
      onBilled: ({ logicalId }, bytes) => this.meter.requested(logicalId, bytes),
    });
  }

  /** Address of the HTTP API. */
  get url(): string {
    return this.#url;
  }

  /** The deployed functions, by logical id. */
  get functions(): ReadonlyMap<string, LambdaFunction> {
    return new Map([...this.#running.functionsByArn.values()].map((one) => [one.logicalId, one]));
  }

  /** Every resource of the stacks with its physical name, attributes and resolved properties. */
  get resources(): readonly Resource[] {
    return this.#running.resources;
  }

  /** What the roles of the stacks grant, and what of it was used. */
  get permissions(): Permissions {
    return this.#running.permissions;
  }

  /** The stacks' outputs, all in one. */
  get outputs(): Readonly<Record<string, string>> {
    return Object.assign({}, ...this.#stacks.map((stack) => stack.outputs()));
  }

  /** The scheduled rules with their runs, made and skipped. */
  get schedules(): Deployment['schedules'] {
    return this.#running.schedules;
  }

  /** A bearer token that the API's JWT authorizer accepts. */
  tokenOf(holder: Holder): string {
    const authorizer = this.resources.find(({ type }) => type === 'AWS::ApiGatewayV2::Authorizer');
    const { Issuer, Audience } = (authorizer?.properties.JwtConfiguration ?? {}) as {
      Issuer?: string;
      Audience?: string[];
    };
    if (Issuer === undefined) throw new Error('The stacks have no JWT authorizer');
    return this.token(claimsOf(holder, { issuer: Issuer, audience: Audience?.[0] ?? '' }, this.clock.now()));
  }

  /** A token by the local issuer with any claims. */
  token(claims: Readonly<Record<string, unknown>>): string {
    return this.#issuer.token(claims);
  }

  /** Answers a call to a service that no function makes: what commands and tests say, signed as `OPERATOR`. */
  call(call: SdkCall): Promise<SdkAnswer> {
    return this.#running.endpoint.answer(call);
  }

  /** Answers a request to the HTTP API that comes over no connection. */
  request(request: BareRequest): Promise<WireResponse> {
    return this.#gateway.request(request);
  }

  /** Invokes a function by its logical id or name, and waits for its answer. */
  async invoke(name: string, event: unknown): Promise<InvocationResult> {
    const found = this.functions.get(name) ?? [...this.functions.values()].find((one) => one.name === name);
    if (!found) throw new Error(`No function ${name}`);
    return found.invoke(event);
  }

  /** Who answers `/` and `/local/…`. */
  localRoutes(handler: LocalRoutes): void {
    this.#gateway.localRoutes(handler);
  }

  /** Asks the schedule gate again; `earliest` is the moment that became known, if the caller knows one. */
  reschedule(earliest?: number): void {
    for (const schedule of this.#running.schedules) schedule.reschedule(earliest);
  }

  /** Moves the clock to a moment; everything due on the way has happened when it resolves. */
  advanceTo(at: number): Promise<void> {
    return this.clock.advanceTo(at);
  }

  /**
   * Waits until nothing is in flight and nothing waits for another try. When something failed and is to be tried
   * again later, or a function pauses, the clock is moved to that moment; delays of messages never received (timers) are left to wait.
   * Then what only takes its time arrives: buffered delivery streams are written out, and indexes show what their
   * tables hold. The clock does not move for these, because timers that come due on the way would fire.
   */
  async settle(): Promise<void> {
    await this.#quiet.whenQuiet();
    for (let retry = this.#nextRetry(); retry !== undefined; retry = this.#nextRetry()) {
      await this.clock.advanceTo(retry);
    }
    this.services.firehose.flush();
    this.services.dynamodb.catchUpIndexes();
  }

  /**
   * Enables or disables the mapping of a queue, as UpdateEventSourceMapping does: what is on the queue waits until it is
   * enabled again.
   */
  enableMapping(queueArn: string, enabled: boolean): void {
    const mappings = this.#running.sqsMappings.filter((mapping) => mapping.queueArn === queueArn);
    if (mappings.length === 0) throw new Error(`No function is fed from ${queueArn}`);
    for (const mapping of mappings) mapping.enable(enabled);
  }

  /** Ends every thread and the server. */
  async stop(): Promise<void> {
    this.clock.stop();
    const deployment = this.#deployment;
    for (const mapping of deployment?.sqsMappings ?? []) mapping.stop();
    for (const schedule of deployment?.schedules ?? []) schedule.stop();
    await Promise.all([
      this.#gateway.stop(),
      this.services.athena.stop(),
      ...[...(deployment?.functionsByArn.values() ?? [])].map(({ pool }) => pool.stop()),
    ]);
  }

  get #running(): Deployment {
    if (!this.#deployment) throw new Error('The local cloud has not started');
    return this.#deployment;
  }

  async #deploy(options: LocalCloudOptions): Promise<void> {
    const { log = () => undefined, region = 'eu-central-1' } = options;
    const { clock, services } = this;
    const { stacks, assets } = typeof options.assembly === 'string' ? readAssembly(options.assembly) : options.assembly;
    const { port = 0 } = options;
    this.#url = port === 'none' ? 'http://localhost' : await this.#gateway.listen(port);
    for (const identity of options.verifiedIdentities ?? []) services.ses.verifyIdentity(identity);
    const { dynamodb, sqs, firehose, events, ses, monitoring, s3, ssm, secretsmanager, athena } = services;
    const invocations = new AsyncInvocations({ clock, log: (line) => log('events', line) });
    const account = '000000000000';
    const permissions = new Permissions({ region, account, dynamodb, ses, athena, log: (line) => log('iam', line) });
    this.#deployment = {
      services,
      clock,
      activity: this.#quiet,
      pauses: this.#pauses,
      endpoint: new Endpoint({
        services: { dynamodb, sqs, firehose, events, ses, monitoring, s3, ssm, secretsmanager, athena },
        clock,
        activity: this.#quiet,
        interceptors: [permissions.interceptor, ...(options.interceptors ?? []), this.meter.interceptor],
        log: (line) => log('endpoint', line),
      }),
      outside: this.outside,
      gateway: this.#gateway,
      meter: this.meter,
      invocations,
      permissions,
      around: {
        region,
        account,
        gatewayUrl: this.#url,
        endpointUrl,
        parameters: new Map(),
        exports: new Map(),
      },
      assets,
      environments: options.environments ?? {},
      inProcess: options.inProcess,
      aroundInvocations: options.aroundInvocations,
      messagesPerPoll: options.messagesPerPoll,
      scheduleGate: options.scheduleGate,
      log,
      onInvoke: (logicalId, event) => this.emit('invoke', logicalId, event),
      resources: [],
      functionsByArn: new Map(),
      sqsMappings: [],
      streamMappings: [],
      schedules: [],
      ruleTargets: new Map(),
      changes: this.#changes,
    };
    this.#stacks = deploy(stacks, this.#deployment);
  }

  #changed(table: string, change: ItemChange): void {
    this.#changes.emit(table, change);
    this.emit('change', table, change);
  }

  #nextRetry(): number | undefined {
    const { sqsMappings, streamMappings, invocations } = this.#running;
    const moments = [...sqsMappings, ...streamMappings, invocations].flatMap((source) => source.nextRetry() ?? []);
    const soonest = Math.min(...moments, this.#pauses.next() ?? Number.POSITIVE_INFINITY);
    return soonest === Number.POSITIVE_INFINITY ? undefined : soonest;
  }
}
