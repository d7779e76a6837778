import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { dayOf, parseIsoTime } from '../../domain/calendar.ts';

export interface Purchase {
  /** Line in the file, the header being line 1. */
  readonly line: number;
  readonly customer: string;
  /** Calendar day, as days since 1970. */
  readonly day: number;
  readonly spend?: number;
}

/** The file cannot be replayed; the message names the line. */
export class UnreadableLog extends Error {}

/** Purchases of a CSV file with the columns `id`, `date` (YYYY-MM-DD) and, where there is one, `spend`; by day, then line. */
export function readPurchaseLog(path: string): Purchase[] {
  const rows = rowsOf(path);
  const columns = Object.keys(rows[0]?.record ?? {});
  if (rows.length > 0 && !(columns.includes('id') && columns.includes('date')))
    throw new UnreadableLog(`${path} needs the columns id and date; its columns are ${columns.join(', ')}`);
  const purchases = rows.map(({ record, info }) => {
    const refuse = (what: string): never => {
      throw new UnreadableLog(`${path}, line ${info.lines}: ${what}`);
    };
    const { id, date, spend } = record;
    if (id === undefined || id === '') return refuse('no id');
    const day = date === undefined ? undefined : readDay(date);
    if (day === undefined) return refuse(`"${date ?? ''}" is not a date (YYYY-MM-DD)`);
    if (spend !== undefined && spend !== '' && !Number.isFinite(Number(spend)))
      return refuse(`"${spend}" is not an amount`);
    return {
      line: info.lines,
      customer: id,
      day,
      ...(spend !== undefined && spend !== '' && { spend: Number(spend) }),
    };
  });
  if (purchases.length === 0) throw new UnreadableLog(`${path} has no rows below its header`);
  return purchases.sort((a, b) => a.day - b.day || a.line - b.line);
}

/** The calendar day (days since 1970) of a text YYYY-MM-DD; undefined for anything else, 30 February included. */
export function readDay(text: string): number | undefined {
  const time = text.length === 10 ? parseIsoTime(text) : undefined;
  if (time === undefined || new Date(time).toISOString().slice(0, 10) !== text) return undefined;
  return dayOf(time);
}

interface Row {
  readonly record: Partial<Record<'id' | 'date' | 'spend', string>>;
  readonly info: { readonly lines: number };
}

function rowsOf(path: string): Row[] {
  try {
    const text = readFileSync(path);
    const rows = parse(text, {
      columns: true,
      info: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
    }) as unknown as Row[];
    return rows;
  } catch (error) {
    throw new UnreadableLog(`${path} cannot be read: ${(error as Error).message}`);
  }
}
