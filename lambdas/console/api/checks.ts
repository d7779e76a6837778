import type { MiddlewareHandler } from 'hono';
import { isDeeperThan, utf8Length } from '../../../domain/json.ts';
import type { Env } from './admin-event.ts';
import { type Problem, problem } from './answer.ts';
import { responseOf } from './responses.ts';
import { callerOf, mayAct, type Role } from './roles.ts';

/** Lets nobody through whose role is below the route's. */
export const onlyFrom =
  (needed: Role, roleClaim: string): MiddlewareHandler<Env> =>
  async (context, next) => {
    const identified = callerOf(context.env.event, roleClaim);
    if (identified.outcome !== 'caller')
      return responseOf(identified.outcome === 'no-token' ? NO_TOKEN : noRole(roleClaim));
    const { caller } = identified;
    if (!mayAct(caller.role, needed)) return responseOf(roleTooLow(needed, caller.role));
    context.set('caller', caller);
    return next();
  };

const NO_TOKEN = problem(401, 'no_token', 'Send a token that says who you are, as Authorization: Bearer ….');
const noRole = (roleClaim: string): Problem =>
  problem(403, 'no_role', `Your token's claim ${roleClaim} names no role: viewer, marketer, approver or admin.`);
const roleTooLow = (needed: Role, role: Role): Problem =>
  problem(403, 'role_too_low', `This needs the role ${needed}; yours is ${role}.`);

/** Far more than the largest definition; the function itself could be handed 6 MB. */
const LARGEST_BODY = 1_048_576;
const DEEPEST_BODY = 64;

/** Bounds a body before anything walks through it. */
export const readableBody: MiddlewareHandler<Env> = async (context, next) => {
  const text = await context.req.text();
  if (text.length > LARGEST_BODY || utf8Length(text) > LARGEST_BODY) return responseOf(TOO_LARGE);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return responseOf(INVALID_JSON);
  }
  return isDeeperThan(value, DEEPEST_BODY) ? responseOf(TOO_DEEP) : next();
};

const TOO_LARGE = problem(413, 'too_large', 'A body may have 1 MB.');
const INVALID_JSON = problem(400, 'invalid_json', 'The body is not JSON.');
const TOO_DEEP = problem(400, 'too_deep', `A body may nest ${DEEPEST_BODY} levels deep.`);
