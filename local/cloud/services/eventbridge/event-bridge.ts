import type { Clock } from '../../clock.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../../service.ts';
import { idSource } from '../ids.ts';
import { answer, Refusal } from '../refusal.ts';
import type { EventMatcher } from './event-pattern.ts';
import { compileEventPattern } from './event-pattern.ts';
import type { PutEventsEntry } from './put-events-entry.ts';
import { checkEntries, entryError } from './put-events-entry.ts';

/** An event as rules match it and as targets receive it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** To the second, as AWS writes it. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface RuleDefinition {
  readonly name: string;
  readonly arn: string;
  /** `default` unless named. */
  readonly busName?: string;
  readonly pattern: unknown;
}

export interface EventBridgeOptions {
  readonly clock: Clock;
  readonly region?: string;
  readonly account?: string;
  /** A rule's pattern met an event: the cloud hands it to the rule's targets. */
  readonly onMatch?: (rule: RuleDefinition, event: BusEvent) => void;
  /** Every accepted event, whether or not a rule wants it. */
  readonly onEvent?: (busName: string, event: BusEvent) => void;
}

/** Amazon EventBridge: buses, and rules with patterns. Schedules are the cloud's: see schedule-expression.ts. */
export class EventBridge implements AwsService {
  readonly #options: EventBridgeOptions;
  readonly #buses = new Set(['default']);
  readonly #rules: { definition: RuleDefinition; matches: EventMatcher }[] = [];
  readonly #nextId = idSource('events');

  constructor(options: EventBridgeOptions) {
    this.#options = options;
  }

  createBus(name: string): void {
    this.#buses.add(name);
  }

  /** Throws for a pattern AWS would not accept, or when the bus is not there. */
  putRule(definition: RuleDefinition): void {
    const bus = definition.busName ?? 'default';
    if (!this.#buses.has(bus)) throw new Error(`Event bus ${bus} does not exist.`);
    if (JSON.stringify(definition.pattern).length > 2048)
      throw new Error(`Event pattern of ${definition.name} is too long.`);
    this.#rules.push({ definition, matches: compileEventPattern(definition.pattern) });
  }

  /** Puts an event on a bus: what PutEvents does, and what AWS's own services do on the default bus. */
  emit(busName: string, event: Pick<BusEvent, 'source' | 'detail-type' | 'detail'> & Partial<BusEvent>): BusEvent {
    const whole = this.event(event);
    this.#options.onEvent?.(busName, whole);
    for (const { definition, matches } of this.#rules) {
      if ((definition.busName ?? 'default') === busName && matches(whole)) this.#options.onMatch?.(definition, whole);
    }
    return whole;
  }

  /** Fills in what every event has; scheduled rules send such an event to their targets without a bus. */
  event(event: Pick<BusEvent, 'source' | 'detail-type' | 'detail'> & Partial<BusEvent>): BusEvent {
    return {
      version: '0',
      id: this.#nextId(),
      account: this.#options.account ?? '000000000000',
      time: toTheSecond(this.#options.clock.now()),
      region: this.#options.region ?? 'eu-central-1',
      resources: [],
      ...event,
    };
  }

  handle(request: AwsRequest): AwsResponse {
    return answer(() => {
      if (request.action !== 'PutEvents') {
        const message = `The local cloud's EventBridge has no operation ${request.action}.`;
        throw new Refusal('UnknownOperationException', message);
      }
      const entries = checkEntries(request.input);
      const results = entries.map((entry) => this.#put(entry));
      return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
    });
  }

  #put(entry: PutEventsEntry): Record<string, string> {
    const bus = busNameOf(entry.EventBusName ?? 'default');
    const error = entryError(entry, this.#buses.has(bus) ? undefined : bus);
    if (error !== undefined) return error;
    const event = this.emit(bus, {
      source: entry.Source as string,
      'detail-type': entry.DetailType as string,
      detail: JSON.parse(entry.Detail as string),
      resources: entry.Resources ?? [],
      ...(entry.Time === undefined ? {} : { time: toTheSecond(entry.Time * 1000) }),
    });
    return { EventId: event.id };
  }
}

/** A bus is named by its name or its arn. */
const busNameOf = (nameOrArn: string): string => nameOrArn.replace(/^arn:.*:event-bus\//, '');

const toTheSecond = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
