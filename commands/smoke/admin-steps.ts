import type { Answer } from './door.ts';
import { EVENT } from './event-steps.ts';
import { type Came, failed, ok, type Run, type Step, skipped, warning } from './step.ts';

/** What the admin API shows of what was sent; skipped without a token. */
export const adminSteps: readonly Step[] = [
  {
    id: 'profile',
    what: 'Every event that was taken is on the profile, once',
    go: (run) =>
      withAdmin(run, async () => {
        if (run.taken.size === 0) return skipped('No event was taken.');
        const answer = await until(run, `/api/profiles/${run.userId}`, 60, (seen) => countOf(seen) >= run.taken.size);
        const count = countOf(answer);
        if (count === run.taken.size) return ok(`${count} different events, each counted once.`);
        if (count > run.taken.size)
          return failed(`${count} are counted, of ${run.taken.size}.`, 'Something counts twice: please report it.');
        return failed(
          `After a minute ${count} of ${run.taken.size} are counted.`,
          'Do events wait (alarm live-lag), or die (alarm live-dead-letters)? npm run doctor tells more.',
        );
      }),
  },
  {
    id: 'debugger',
    what: 'The debugger shows them',
    go: (run) =>
      withAdmin(run, async () => {
        const { source } = ((await run.door.get('/sourceConfig')).json ?? {}) as { source?: { id: string } };
        if (source === undefined) return skipped('Which source the key belongs to could not be read.');
        const path = `/api/sources/${encodeURIComponent(source.id)}/recent`;
        const answer = await until(run, path, 15, (seen) => isRecent(seen, run));
        if (isRecent(answer, run)) return ok(`Under the source "${source.id}".`);
        // Not a failure: a busy source fills the ring before ours are written.
        return warning(
          `Not among the latest of "${source.id}".`,
          'On a source that sends a lot this is usual. Else look for observing-failed in the log of ingest.',
        );
      }),
  },
  {
    id: 'trace',
    what: 'An event can be traced to the lake and to what it brought',
    go: (run) =>
      withAdmin(run, async () => {
        const [name] = run.taken;
        if (name === undefined) return skipped('No event was taken.');
        const answer = await traced(run, name);
        if (answer.json?.code === 'unknown_route') return skipped('Not in this release.');
        if (isTraced(answer)) return ok('Found in the lake.');
        return failed(
          `After three minutes: ${answer.status} ${String(answer.json?.detail ?? '')}`,
          'Firehose writes once a minute. Does the alarm lake-delivery ring, or does lake-retry fill?',
        );
      }),
  },
];

/** Carries a step out, if there is a token that is believed. */
async function withAdmin({ admin, door }: Run, go: () => Promise<Came>): Promise<Came> {
  if (!admin) return skipped('Give --admin-token.');
  const { status } = await door.admin('/api/sources');
  if (status === 401)
    return failed('The admin token is answered 401.', 'Has it ended? Are issuer and audience those of the stage?');
  if (status === 403)
    return failed(
      'The admin token is answered 403.',
      'Its roleClaim (cognito:groups, unless the stage says otherwise) names no role.',
    );
  if (status === 404) return skipped('The stage names no issuer of tokens: it has no admin API.');
  return go();
}

/** Looks until it is there, for so many seconds, with growing pauses; answers with the last look. */
export async function until(
  run: Run,
  path: string,
  seconds: number,
  isThere: (answer: Answer) => boolean,
): Promise<Answer> {
  let waited = 0;
  for (let pause = 250; ; pause = Math.min(2 * pause, 10_000)) {
    const answer = await run.door.admin(path);
    if (isThere(answer) || waited >= seconds * 1_000) return answer;
    await run.wait(pause);
    waited += pause;
  }
}

/** An event by its trace; the lake shows it within a minute or two. */
export const traced = (run: Run, name: string): Promise<Answer> =>
  until(
    run,
    `/api/trace/${run.messageId(name)}`,
    180,
    (answer) => isTraced(answer) || answer.json?.code === 'unknown_route',
  );

const isTraced = ({ json }: Answer) => json?.kind === 'messageId';

const countOf = ({ json }: Answer): number => ((json?.counts ?? {}) as Record<string, number>)[EVENT] ?? 0;

/** Whether an event of this run is there. Ids are masked: it is known by its name and time. */
function isRecent({ json }: Answer, { startedAt }: Run): boolean {
  const accepted = (json?.accepted ?? []) as readonly { readonly name?: string; readonly at?: string }[];
  return accepted.some(({ name, at = '' }) => name === EVENT && Date.parse(at) >= startedAt - CLOCKS_DIFFER);
}

/** This machine's clock and AWS's may be apart by so much (ms). */
const CLOCKS_DIFFER = 300_000;
