import { type Advanced, advance, type Joined } from '../../domain/decisions/advance.ts';
import type { Effect, TransitionEffect } from '../../domain/decisions/effect.ts';
import { DEFAULT_PLAN, type Plan } from '../../domain/decisions/plan.ts';
import type { CustomerEvent, SourceKind } from '../../domain/events/event.ts';
import type { JsonObject } from '../../domain/json.ts';
import { dueInput, type EventInput, eventInput, type Input } from '../../domain/state/input.ts';
import type { Profile } from '../../domain/state/profile.ts';

/** Noon of a Monday, far from any edge of a day. */
export const START = Date.parse('2026-03-02T12:00:00Z');

interface EventParts {
  readonly userId?: string;
  readonly source?: SourceKind;
  readonly messageId?: string;
  readonly receivedAt?: number;
  readonly properties?: JsonObject;
}

let made = 0;

/** A track event of user u1 at `time`, received then unless said otherwise. */
export function track(name: string, time: number, parts: EventParts = {}): EventInput {
  const { userId = 'u1', source = 'client', messageId = `m${made++}`, receivedAt = time, properties } = parts;
  const event: CustomerEvent = {
    type: 'track',
    name,
    messageId,
    source,
    sourceId: 'app',
    userId,
    time,
    receivedAt,
    ...(properties && { properties }),
  };
  return eventInput(event);
}

export function identify(traits: JsonObject, time: number, parts: EventParts = {}): EventInput {
  const { userId = 'u1', source = 'client', messageId = `m${made++}`, receivedAt = time } = parts;
  return eventInput({ type: 'identify', messageId, source, sourceId: 'app', userId, time, receivedAt, traits });
}

export const order = (time: number, revenue = 10, parts: EventParts = {}): EventInput =>
  track('Order Completed', time, { ...parts, properties: { revenue } });

/** A person whose inputs are reduced one after the other, with everything that was decided about her on the way. */
export class Person {
  profile: Profile | undefined;
  /** What the project asks about people. Assign another one to publish it. */
  plan: Plan;
  readonly effects: Effect[] = [];

  constructor(plan: Plan = DEFAULT_PLAN) {
    this.plan = plan;
  }

  receives(...inputs: Input[]): this {
    for (const input of inputs) this.receivesTogether([input]);
    return this;
  }

  receivesTogether(inputs: readonly Input[], joined?: Joined): Advanced {
    const advanced = advance(this.profile, inputs, this.plan, joined);
    this.profile = advanced.changed ? { ...advanced.profile, version: advanced.profile.version + 1 } : this.profile;
    this.effects.push(...advanced.effects);
    return advanced;
  }

  /** Lets the timers do what they do until `time`. */
  waitsUntil(time: number): this {
    while (this.profile?.dueAt !== undefined && this.profile.dueAt <= time)
      this.receives(dueInput(this.profile.key, this.profile.dueAt));
    return this;
  }

  get stage() {
    return this.profile?.stage?.name;
  }

  get transitions(): TransitionEffect[] {
    return this.effects.filter((effect) => effect.kind === 'transition');
  }

  get messages(): string[] {
    return this.effects.flatMap((effect) => (effect.kind === 'message' ? [effect.message] : []));
  }
}
