import type { z } from '@hono/zod-openapi';
import type { Answer } from './answer.ts';
import type { Caller, Role } from './roles.ts';

/** What a handler gets of a request, checked by the route's schemas. */
export interface RouteRequest<Params = unknown, Query = unknown, Body = unknown> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  /** The gateway's id of the request: no other has it. */
  readonly id: string;
}

type Schema = z.ZodType | undefined;
type Output<S> = S extends z.ZodType ? z.output<S> : undefined;
type Answers = Readonly<Record<number, z.ZodType>>;
type AnswerOf<A extends Answers> = { [S in keyof A & number]: Answer<S, Shown<A[S]>> }[keyof A & number];

/** What a schema of an answer takes: nobody changes it any more. */
export type Shown<S extends z.ZodType> = Fixed<z.input<S>>;
type Fixed<T> = T extends object ? { readonly [Name in keyof T]: Fixed<T[Name]> } : T;

interface Common<P extends Schema, Q extends Schema, B extends Schema, A extends Answers> {
  /** What clients call it: a verb and its object. It is the audit's name of the action, too. */
  readonly operationId: string;
  /** With parameters as `{userId}`; a single one may hold slashes. */
  readonly path: `/api/${string}`;
  /** The least role that may do this. */
  readonly role: Role;
  /** What it is about: the heading it stands under. */
  readonly tag: string;
  /** What it does, in a marketer's or operator's words. */
  readonly summary: string;
  readonly description?: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** The code of the answer to a body that the schema refuses. Default: `invalid_request`. */
  readonly invalidBody?: string;
  /** By status: what the body of an answer is. */
  readonly answers: A;
  /** By status: the codes of problems that only this route has. */
  readonly problems?: Readonly<Record<number, readonly string[]>>;
  readonly answer: (request: RouteRequest<Output<P>, Output<Q>, Output<B>>) => Promise<AnswerOf<A>>;
}

interface Reading {
  readonly method: 'get';
}

interface Writing<P extends Schema, B extends Schema> {
  readonly method: 'post' | 'put';
  /** What is changed, for the audit: `segment/vip`. Ids of people masked. */
  readonly subject: (request: { readonly params: Output<P>; readonly body: Output<B> }) => string;
}

/** A question too long for a URL. */
interface Asking {
  readonly method: 'post';
  readonly changesNothing: true;
}

/** A route whose types have done their work. */
export type Route = Common<Schema, Schema, Schema, Answers> & {
  readonly method: 'get' | 'post' | 'put';
  readonly subject?: (request: { readonly params: unknown; readonly body: unknown }) => string;
};

/** Defines a route of the admin API: from it come its checks, its types, its documentation and its entry in the audit. */
export const route = <
  A extends Answers,
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
>(
  definition: Common<P, Q, B, A> & (Reading | Writing<P, B> | Asking),
): Route => definition as unknown as Route;
