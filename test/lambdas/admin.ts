import type { LiveCatalog } from '../../domain/catalog/live-catalog.ts';
import type { Budget, Spent } from '../../domain/delivery/budget.ts';
import type { Hold } from '../../domain/delivery/hold.ts';
import { OPEN_PLAN, type PlanSettings } from '../../domain/events/plan-settings.ts';
import { UTC } from '../../domain/zone.ts';
import type { AuditAttempt, AuditEnd, AuditLog } from '../../lambdas/adapters/audit-log.ts';
import type { Holds } from '../../lambdas/adapters/holds.ts';
import type { CountedJourney } from '../../lambdas/adapters/journey-counts.ts';
import type { CountedReceipts } from '../../lambdas/adapters/receipt-counts.ts';
import type { Listed } from '../../lambdas/adapters/suppression-list.ts';
import type { AdminEvent } from '../../lambdas/console/api/admin-event.ts';
import type { Role } from '../../lambdas/console/api/roles.ts';
import { type ApiDependencies, adminApi } from '../../lambdas/console/api.handler.ts';
import { DocumentedAnswers, type OpenApiDocument } from '../support/documented-answers.ts';
import { START } from '../support/people.ts';
import { catalogFakes } from './catalog-fakes.ts';
import { segmentFakes } from './census-fakes.ts';
import { FakeProfiles, FakeQueue, fakeLog } from './fakes.ts';

/** An audit in memory, which can fail. */
class FakeAudit implements AuditLog {
  readonly entries: (AuditAttempt & Omit<AuditEnd, 'outcome'> & { outcome: AuditEnd['outcome'] | 'begun' })[] = [];
  failsAt: 'begin' | 'end' | undefined;

  async begin(attempt: AuditAttempt): Promise<void> {
    if (this.failsAt === 'begin') throw new Error('no table');
    this.entries.push({ ...attempt, outcome: 'begun' });
  }

  async end(attempt: AuditAttempt, end: AuditEnd): Promise<void> {
    if (this.failsAt === 'end') throw new Error('no table');
    Object.assign(this.entries.find(({ id }) => id === attempt.id) ?? {}, end);
  }

  async list(limit: number, before = ''): Promise<Awaited<ReturnType<AuditLog['list']>>> {
    const from = Number(before || 0);
    const entries = this.entries.toReversed().slice(from, from + limit);
    return { entries, ...(from + limit < this.entries.length && { next: String(from + limit) }) };
  }
}

function heldInMemory(): Holds {
  const held = new Map<Hold['what'], Hold>();
  return {
    list: async () => [...held.values()],
    async hold(hold) {
      if (held.has(hold.what)) return false;
      held.set(hold.what, hold);
      return true;
    },
    resume: async (what) => held.delete(what),
  };
}

/** What every deployment has, with nothing and nobody in it. */
export function adminFakes() {
  const stored = { settings: OPEN_PLAN as PlanSettings };
  return {
    stored,
    profiles: new FakeProfiles(),
    people: { having: async () => ({ keys: [], more: false }) },
    readLive: async (): Promise<LiveCatalog | undefined> => undefined,
    zone: UTC,
    sources: { sources: async () => [], keys: async () => [] },
    recent: { read: async () => ({ accepted: [], refused: [] }) },
    plan: { read: async () => ({ seen: [], more: 0 }), forget: async () => undefined },
    quarantine: { read: async () => [] },
    live: new FakeQueue(),
    bulk: new FakeQueue(),
    timeline: {
      between: async () => ({ effects: [], more: false }),
      newest: async () => ({ lines: [], more: false }),
    },
    sends: { find: async () => undefined, findByProviderId: async () => undefined },
    asked: { find: async () => undefined },
    lake: { hour: async () => [], find: async () => undefined },
    settings: {
      read: async () => stored.settings,
      async write(settings: PlanSettings) {
        stored.settings = settings;
      },
    },
    catalog: catalogFakes(),
    testProvider: { send: async () => ({ outcome: 'accepted' as const, providerId: 'p1' }) },
    suppressions: {
      find: async (_address: string): Promise<Listed> => ({ refusals: new Map() }),
      remove: async (_address: string) => undefined,
    },
    softBounces: { forget: async () => undefined },
    writesTo: {} as { onlyTo?: readonly string[] },
    holds: heldInMemory(),
    budgets: {
      list: async (): Promise<readonly Budget[]> => [],
      spent: async (): Promise<ReadonlyMap<string, Spent>> => new Map(),
    },
    journeyCounts: { of: async (_journey: string): Promise<readonly CountedJourney[]> => [] },
    receiptCounts: { between: async (_from: string, _to: string): Promise<readonly CountedReceipts[]> => [] },
    segments: segmentFakes(),
    campaigns: {
      jobs: { read: async () => undefined, slices: async () => [], end: async () => 'ended' as const },
      schedules: { list: async () => [] },
      readLive: async () => undefined,
      now: () => START,
      quota: async () => ({ perSecond: 14, perDay: 50_000, sentInLastDay: 10_000 }),
      log: fakeLog(),
    } as ApiDependencies['campaigns'],
    audit: new FakeAudit(),
    roleClaim: 'cognito:groups',
    now: () => START,
    log: fakeLog(),
  };
}

export interface AdminRequest {
  readonly query?: Readonly<Record<string, string>> | string | undefined;
  /** A text is sent as it is. */
  readonly body?: unknown;
  /** Whose role; `none`: a token that names none. */
  readonly role?: Role | 'none';
  /** Claims in the place of those of a role. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  readonly requestId?: string;
  readonly base64?: boolean;
}

export interface AdminAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON it is; what it must be is checked by the document
  readonly json: any;
}

/** One for all: the document does not depend on what there is. */
let documented: DocumentedAnswers | undefined;

/** The admin API over what it is given; every answer is held against the document that it gives of itself. */
export class Admin {
  readonly #api: ReturnType<typeof adminApi>;

  constructor(dependencies: ApiDependencies) {
    this.#api = adminApi(dependencies);
  }

  async document(): Promise<OpenApiDocument> {
    return (await this.#send('GET', '/api/openapi.json', {})).json;
  }

  async call(method: string, path: string, request: AdminRequest = {}): Promise<AdminAnswer> {
    const answer = await this.#send(method, path, request);
    documented ??= new DocumentedAnswers(await this.document());
    const contentType = answer.headers['content-type'] ?? '';
    const problems = documented.problemsOf(method, path, { ...answer, contentType });
    if (problems.length > 0) throw new Error(problems.join('\n'));
    return answer;
  }

  async #send(method: string, path: string, request: AdminRequest): Promise<AdminAnswer> {
    const { statusCode = 0, headers, body = '' } = await this.#api(eventOf(method, path, request));
    return { status: statusCode, headers: headers as Record<string, string>, json: JSON.parse(body) };
  }
}

/** What the gateway hands over; `rawPath` is decoded, as the gateway does. */
function eventOf(method: string, rawPath: string, request: AdminRequest): AdminEvent {
  const { query = '', body, role = 'admin', claims, requestId = 'r1', base64 = false } = request;
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const own = { sub: 'ada', 'cognito:groups': role === 'none' ? '[staff]' : `[staff ${role}]` };
  return {
    rawPath,
    rawQueryString: typeof query === 'string' ? query : new URLSearchParams(query).toString(),
    headers: {},
    isBase64Encoded: base64,
    ...(text !== undefined && { body: base64 ? Buffer.from(text).toString('base64') : text }),
    requestContext: { http: { method }, requestId, authorizer: { jwt: { claims: claims ?? own } } },
  } as unknown as AdminEvent;
}
