import { z } from '@hono/zod-openapi';
import type { AuditEntry, AuditLog } from '../../adapters/audit-log.ts';
import { ok } from '../api/answer.ts';
import { cursorOf, cursorParameter, limitParameter } from '../api/cursor.ts';
import { type Route, route } from '../api/route.ts';

const entrySchema = z
  .object({
    at: z.iso.datetime(),
    id: z.string().meta({ description: 'Of the request, as in the access log of the API' }),
    by: z.object({
      subject: z.string().meta({ description: 'The id the token issuer has for her' }),
      role: z.string(),
    }),
    action: z.string().meta({ description: 'The operation, by the name it has in this document' }),
    subject: z.string().meta({ description: 'What it was done to' }),
    outcome: z
      .enum(['begun', 'done', 'refused', 'failed'])
      .meta({ description: '`begun`: nobody told how it ended, so it may have happened' }),
    status: z.int().nullable().meta({ description: 'Of the answer' }),
    before: z
      .unknown()
      .optional()
      .meta({ description: 'As much of it as tells the change; absent where nothing is told' }),
    after: z.unknown().optional(),
  })
  .meta({ id: 'AuditEntry' });

const position = z.object({ before: z.string().max(200) });

export const auditRoutes = (audit: Pick<AuditLog, 'list'>): readonly Route[] => [
  route({
    operationId: 'listAudit',
    method: 'get',
    path: '/api/audit',
    role: 'admin',
    tag: 'Audit',
    summary: 'Who changed what, and when: the newest first',
    query: z.object({ limit: limitParameter(100, 50), cursor: cursorParameter(position) }),
    answers: { 200: z.object({ entries: z.array(entrySchema), next: z.string().nullable() }) },
    answer: async ({ query: { limit, cursor } }) => {
      const { entries, next } = await audit.list(limit, cursor?.before);
      return ok({ entries: entries.map(viewEntry), next: next === undefined ? null : cursorOf({ before: next }) });
    },
  }),
];

function viewEntry({ at, id, by, action, subject, outcome, status, change }: AuditEntry) {
  const { before, after } = JSON.parse(change ?? '{}') as { readonly before?: unknown; readonly after?: unknown };
  return {
    ...{ at: new Date(at).toISOString(), id, by, action, subject, outcome, status: status ?? null },
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  };
}
