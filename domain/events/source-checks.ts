import type { Source } from './source.ts';

const ORIGIN = /^https?:\/\/(?:\*\.)?[a-z0-9.-]+(?::\d{1,5})?$/i;

/** A sentence for everything that is wrong with a source as somebody wants to bind it. */
export function problemsOfSource(source: Source): string[] {
  const { id, kind, identity, origins, activity, eventsPerSecond, eventsPerDay } = source;
  const isLimit = (limit: number | undefined) => limit === undefined || (limit > 0 && limit <= 1e9);
  const checks: [boolean, string][] = [
    [/^[a-z0-9][a-z0-9-]{0,62}$/.test(id), 'The id takes up to 63 small letters, digits and dashes.'],
    [kind === 'client' || kind === 'server', 'The kind is client or server.'],
    [identity === 'open' || identity === 'signed', 'The identity is open or signed.'],
    [kind === 'client' || identity === 'open', 'A server is believed anyway: only a client can be signed.'],
    [
      kind === 'server' || activity === undefined,
      'What a client sends is what people do anyway: only a server can be said to send activity.',
    ],
    [activity === undefined || activity === true, 'Activity is true, or left out.'],
    [
      origins.every((origin) => origin === 'null' || ORIGIN.test(origin)),
      'An origin is written https://shop.example or https://*.shop.example, without a path.',
    ],
    [origins.length <= 50, 'A source has at most 50 origins.'],
    [isLimit(eventsPerSecond), 'Events per second are a number above 0.'],
    [isLimit(eventsPerDay), 'Events per day are a number above 0.'],
  ];
  return checks.flatMap(([holds, problem]) => (holds ? [] : [problem]));
}
