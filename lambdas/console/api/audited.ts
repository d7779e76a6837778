import { isJsonObject, type Json, utf8Length } from '../../../domain/json.ts';
import type { AuditAttempt, AuditLog } from '../../adapters/audit-log.ts';
import { errorName, type Log } from '../../runtime/log.ts';
import type { Answer, Change } from './answer.ts';

/**
 * Carries a write out between two entries of the audit. The attempt is written first: if that fails, so does the request,
 * and nothing was changed that nobody could see. How it ended is written after; if that fails the attempt stays as `begun`,
 * which says that it may have happened.
 */
export async function audited(
  { audit, log }: { readonly audit: Pick<AuditLog, 'begin' | 'end'>; readonly log: Log },
  attempt: AuditAttempt,
  write: () => Promise<Answer>,
): Promise<Answer> {
  await audit.begin(attempt);
  const ended = async (end: Parameters<AuditLog['end']>[1]) => {
    try {
      await audit.end(attempt, end);
    } catch (error) {
      log('audit-unfinished', { error: errorName(error) });
    }
  };
  try {
    const answer = await write();
    const { status } = answer;
    if ('code' in answer) await ended({ outcome: 'refused', status });
    else await ended({ outcome: 'done', status, ...(answer.change && { change: shortChange(answer.change) }) });
    return answer;
  } catch (error) {
    await ended({ outcome: 'failed' });
    throw error;
  }
}

/** Bytes of JSON that each of before and after may have: an entry is for reading, what was published is kept elsewhere. */
const MOST = 4_000;

const shortChange = (change: Change): string =>
  JSON.stringify(Object.fromEntries(Object.entries(change).map(([when, value]) => [when, shortened(value)])));

/** As much as fits: members of an object that are too large are replaced by how large they are. */
function shortened(value: Json): Json {
  const bytes = sizeOf(value);
  if (bytes <= MOST) return value;
  if (!isJsonObject(value)) return { bytes };
  let left = MOST;
  const members = Object.entries(value)
    .slice(0, 50)
    .map(([name, member]): [string, Json] => {
      const size = utf8Length(name) + sizeOf(member);
      if (size > left) return [name.slice(0, 60), { bytes: size }];
      left -= size;
      return [name, member];
    });
  return Object.fromEntries(members);
}

const sizeOf = (value: Json): number => utf8Length(JSON.stringify(value));
