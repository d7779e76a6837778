import type { Json } from '../../json.ts';
import type { MessageAsked } from './message-request.ts';

/** What a message says, in the same letters however its members were ordered: a program may write them differently the next time. */
export const contentOf = ({ template, userId, email, data, locale }: MessageAsked): string =>
  ordered([template, userId ?? null, email ?? null, data, locale ?? null]);

/** JSON with the members of every object in order of their names. */
function ordered(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(ordered).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${ordered(member)}`).join(',')}}`;
}
