import type { IncomingMessage, ServerResponse } from 'node:http';
import { DAY, parseIsoTime } from '../../domain/calendar.ts';
import { parseDuration } from '../../domain/duration.ts';
import type { LocalPerennial } from '../perennial.ts';
import { emailWishOf } from './email-request.ts';
import { messagePage } from './message-page.ts';
import { outsideWishOf, secretOf } from './outside-request.ts';
import { page } from './page.ts';
import { sourceOf } from './source-request.ts';
import { holderOf } from './token-request.ts';

interface Answer {
  readonly status: number;
  readonly body: object | string;
}

type Route = (perennial: LocalPerennial, query: URLSearchParams, body: unknown) => Answer | Promise<Answer>;

/** What exists on the laptop only: the outbox, the bus, the clock, the world outside, and a page to look at. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET /': () => ok(page()),
  'GET /local/health': (perennial) => ok({ status: 'ok', now: iso(perennial.now()) }),
  'GET /local/overview': (perennial) => ok(overview(perennial)),
  'GET /local/outbox': (perennial, query) =>
    // Who mistypes it would be shown everybody's.
    [...query.keys()].every((name) => name === 'userId')
      ? ok({ messages: perennial.outbox(query.get('userId') ?? undefined) })
      : refused('The outbox takes ?userId= and nothing else.'),
  'GET /local/message': (perennial, query) => {
    const message = perennial.outbox().find(({ messageId }) => messageId === query.get('id'));
    return message === undefined
      ? refused('"id" must be the messageId of a message in the outbox.')
      : ok(messagePage(message));
  },
  'GET /local/events': (perennial, query) => ok({ events: perennial.events(query.get('userId') ?? undefined) }),
  'GET /local/bill': (perennial, query) => {
    const eventsPerUser = query.get('eventsPerUser') ?? undefined;
    if (eventsPerUser !== undefined && !/^[1-9]\d{0,6}$/.test(eventsPerUser))
      return refused('"eventsPerUser" must be how many events a person sends in a month.');
    return ok(inShort(perennial.bill(eventsPerUser === undefined ? undefined : Number(eventsPerUser))));
  },
  'POST /local/settle': async (perennial) => {
    await perennial.settle();
    return ok({ now: iso(perennial.now()) });
  },
  'POST /local/clock': async (perennial, _query, body) => {
    const to = targetOf(body, perennial.now());
    if (typeof to === 'string') return refused(to);
    await perennial.advanceTo(to);
    return ok({ now: iso(perennial.now()) });
  },
  'POST /local/token': (perennial, _query, body) => {
    const holder = holderOf(body);
    if (typeof holder === 'string') return refused(holder);
    return ok({ token: perennial.token(holder.role, holder.subject), ...holder });
  },
  'POST /local/email': (perennial, _query, body) => {
    const wish = emailWishOf(body);
    if (typeof wish === 'string') return refused(wish);
    const { ses } = perennial.cloud.services;
    if ('account' in wish) ses.account.standing = wish.account;
    else if ('forget' in wish) ses.account.forget(wish.forget);
    else ses.tell(wish.whom, wish.reaction);
    return ok({ told: body as object });
  },
  'GET /local/outside': (perennial) => ok({ requests: perennial.cloud.outside.requests.slice(-50).reverse() }),
  'POST /local/outside': (perennial, _query, body) => {
    const wish = outsideWishOf(body);
    if (typeof wish === 'string') return refused(wish);
    perennial.cloud.outside.answer(wish.host, () => wish.answer);
    return ok({ told: body as object });
  },
  'POST /local/secrets': (perennial, _query, body) => {
    const wish = secretOf(body);
    if (typeof wish === 'string') return refused(wish);
    perennial.cloud.services.secretsmanager.put(wish.name, wish.value);
    return ok({ put: wish.name });
  },
  'POST /local/sources': async (perennial, _query, body) => {
    const wished = sourceOf(body);
    if (typeof wished === 'string') return refused(wished);
    await perennial.bindSource(wished.source, wished.key);
    return ok({ bound: wished.source.id });
  },
};

/** With six digits of what is no whole number: one request costs less than a millionth of a dollar, a month hundreds. */
function inShort(value: object): object {
  const short = (one: unknown) =>
    typeof one === 'number' && !Number.isInteger(one) ? Number(one.toPrecision(6)) : one;
  return JSON.parse(JSON.stringify(value, (_name, one) => short(one)));
}

/** What the local page shows. */
function overview(perennial: LocalPerennial): object {
  const latest = perennial.outbox().slice(0, 12);
  const { total } = perennial.cloud.outbox;
  return { now: iso(perennial.now()), ...perennial.overview(), outbox: { total, latest } };
}

/** Where the clock shall go (ms), or what is wrong with the request. */
function targetOf(body: unknown, now: number): number | string {
  const to = wishedFor(body, now);
  if (typeof to === 'string' || to <= now + FARTHEST_MOVE) return to;
  return 'The clock moves by at most ten years at a time.';
}

/** Everything due on the way happens, and times beyond what a Date can hold would leave nothing that works. */
const FARTHEST_MOVE = 3_653 * DAY;

function wishedFor(body: unknown, now: number): number | string {
  const { advance, set } = (body ?? {}) as { advance?: unknown; set?: unknown };
  if ((advance === undefined) === (set === undefined))
    return 'Send either {"advance":"P30D"} or {"set":"2026-12-01T00:00:00Z"}.';
  if (advance !== undefined) {
    const duration = parseDuration(advance);
    return duration === undefined
      ? '"advance" must be an ISO 8601 duration without months or years, such as P30D or PT90S.'
      : now + duration;
  }
  const time = parseIsoTime(set);
  if (time === undefined) return '"set" must be an ISO 8601 time.';
  return time < now ? `The clock only moves forward; it is ${iso(now)}.` : time;
}

const ok = (body: object | string): Answer => ({ status: 200, body });
const refused = (message: string): Answer => ({ status: 400, body: { code: 'invalid_request', message } });
const iso = (time: number) => new Date(time).toISOString();

/** Answers the local routes of a running Perennial. */
export const controlOf =
  (perennial: LocalPerennial) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
    const { status, body } = await answerTo(perennial, request, pathname, searchParams);
    const isPage = typeof body === 'string';
    response.writeHead(status, {
      'content-type': isPage ? 'text/html; charset=utf-8' : 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; frame-ancestors 'none'",
    });
    response.end(isPage ? body : JSON.stringify(body));
  };

async function answerTo(
  perennial: LocalPerennial,
  request: IncomingMessage,
  path: string,
  query: URLSearchParams,
): Promise<Answer> {
  // A page of another site must not move this clock: not by its own name for this machine, nor by ours.
  if (isFromElsewhere(request) || !/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(request.headers.host ?? ''))
    return { status: 403, body: { code: 'forbidden', message: 'Only for this machine.' } };
  const route = ROUTES[`${request.method} ${path}`];
  if (route === undefined)
    return { status: 404, body: { code: 'unknown_route', message: `Try ${Object.keys(ROUTES).join(', ')}.` } };
  try {
    return await route(perennial, query, request.method === 'POST' ? await jsonOf(request) : undefined);
  } catch (error) {
    if (error instanceof SyntaxError) return refused('The body is not JSON.');
    return { status: 500, body: { code: 'failed', message: (error as Error).message } };
  }
}

/** Browsers say where a request comes from; curl and programs say nothing. */
function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const { origin } = headers;
  return headers['sec-fetch-site'] === 'cross-site' || (origin !== undefined && origin !== `http://${headers.host}`);
}

const LONGEST_BODY = 10_000;

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > LONGEST_BODY) throw new SyntaxError('too long');
  }
  return text === '' ? undefined : JSON.parse(text);
}
