import type { Expression } from '../catalog/expression.ts';
import type { LiveSegment } from '../catalog/live-catalog.ts';
import { NOBODY, type Profile } from '../state/profile.ts';
import type { MembershipEffect } from './effect.ts';
import { compileExpression } from './expressions/compile.ts';
import type { CompileContext } from './expressions/context.ts';
import type { Predicate } from './expressions/predicate.ts';
import { type Part, referencesOf, withSegments } from './expressions/references.ts';

/** A segment in the form in which it is asked. */
export interface CompiledSegment {
  readonly id: number;
  readonly key: string;
  readonly isIn: Predicate;
}

/** The segments of a project, and by what an answer to each can change besides by time. */
export interface CompiledSegments {
  readonly all: readonly CompiledSegment[];
  /** By the names events are counted under. */
  readonly byEvent: ReadonlyMap<string, readonly CompiledSegment[]>;
  /** By the parts of a profile. */
  readonly byPart: readonly (readonly [Part, readonly CompiledSegment[]])[];
  readonly ids: ReadonlySet<number>;
}

/** Segments that are being filled are left out: nobody enters or leaves them yet. */
export function compileSegments(segments: readonly LiveSegment[], context: CompileContext): CompiledSegments {
  const byEvent = new Map<string, CompiledSegment[]>();
  const byPart = new Map<Part, CompiledSegment[]>();
  const all: CompiledSegment[] = [];
  for (const { id, key, where, filling } of segments) {
    if (filling === true) continue;
    const segment = { id, key, isIn: compileExpression(where, context) };
    all.push(segment);
    const { events, parts } = hangsOn(where, context);
    for (const event of events) byEvent.set(event, [...(byEvent.get(event) ?? []), segment]);
    for (const part of parts) byPart.set(part, [...(byPart.get(part) ?? []), segment]);
  }
  return { all, byEvent, byPart: [...byPart], ids: new Set(segments.map(({ id }) => id)) };
}

/** With the segments it asks for. */
function hangsOn(where: Expression, { segment }: CompileContext) {
  const events = new Set<string>();
  const parts = new Set<Part>();
  for (const expression of withSegments(where, segment)) {
    const references = referencesOf(expression);
    for (const event of references.events) events.add(event);
    for (const part of references.parts) parts.add(part);
  }
  return { events, parts };
}

/**
 * The segments to which an event may have made another answer: those that ask for its name, and those that look at a part
 * of the profile that is another one now. (Parts are replaced and never changed.)
 */
export function touchedBy(
  { byEvent, byPart }: CompiledSegments,
  event: string | undefined,
  before: Profile,
  after: Profile,
): readonly CompiledSegment[] {
  let touched = (event === undefined ? undefined : byEvent.get(event)) ?? NONE;
  for (const [part, segments] of byPart) if (before[part] !== after[part]) touched = union(touched, segments);
  return touched;
}

const NONE: readonly CompiledSegment[] = [];

function union(a: readonly CompiledSegment[], b: readonly CompiledSegment[]): readonly CompiledSegment[] {
  if (a.length === 0) return b;
  const more = b.filter((segment) => !a.includes(segment));
  return more.length === 0 ? a : [...a, ...more];
}

/** Who entered or left what, and when to ask again. */
export interface MembershipChanges {
  readonly changes: readonly Pick<MembershipEffect, 'segment' | 'entered'>[];
  /** Milliseconds since 1970; `Infinity`: time alone changes none of the answers. */
  readonly due: number;
  /** The segment whose answer changes then. */
  readonly dueBy: number;
}

/**
 * Asks segments anew and notes on the profile who is in which since `now` (ms).
 *
 * @param enough see `Predicate`
 */
export function decideMemberships(
  profile: Profile,
  segments: readonly CompiledSegment[],
  now: number,
  enough: number,
): MembershipChanges {
  let due = Number.POSITIVE_INFINITY;
  let dueBy = NOBODY;
  let memberships: Map<number, number> | undefined;
  const changes: Pick<MembershipEffect, 'segment' | 'entered'>[] = [];
  for (const { id, key, isIn } of segments) {
    const answer = isIn(profile, now, enough);
    if (answer.due < due) {
      due = answer.due;
      dueBy = id;
    }
    if (answer.value === profile.segments.has(id)) continue;
    memberships ??= new Map(profile.segments);
    if (answer.value) memberships.set(id, now);
    else memberships.delete(id);
    changes.push({ segment: key, entered: answer.value });
  }
  if (memberships !== undefined) profile.segments = memberships;
  return { changes, due, dueBy };
}

/** Without segments that do not exist any more: there is nothing left to leave. */
export function forgetSegments(profile: Profile, { ids }: CompiledSegments): void {
  for (const id of profile.segments.keys())
    if (!ids.has(id)) {
      profile.segments = new Map([...profile.segments].filter(([known]) => ids.has(known)));
      return;
    }
}
