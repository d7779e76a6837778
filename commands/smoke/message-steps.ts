import { traced, until } from './admin-steps.ts';
import type { Answer } from './door.ts';
import { taken } from './event-steps.ts';
import { type Came, failed, ok, type Run, type Step, skipped, WELCOME, warning } from './step.ts';

const later = (id: string, what: string): Step => ({ id, what, go: async () => skipped('Not in this release.') });

/** What leaves; and what later releases will have to show. */
export const messageSteps: readonly Step[] = [
  {
    id: 'welcome',
    what: 'Somebody new with an address gets a welcome',
    async go(run) {
      if (run.to === undefined)
        return skipped('Give --to ADDRESS (success@simulator.amazonses.com, if you are in the sandbox).');
      // Both ids: that is activity by a server's key as well, and only who is active is new.
      const who = { userId: run.userId, anonymousId: `${run.userId}-device` };
      const identify = { ...who, messageId: run.messageId(WELCOME), traits: { email: run.to } };
      const came = taken(run, WELCOME, await run.door.post('/v1/identify', identify));
      if (came.outcome !== 'ok') return came;
      return run.admin ? welcomed(run, run.to) : ok(`On its way. ${whereToLook(run, run.to)}`);
    },
  },
  {
    id: 'receipt',
    what: 'Its receipt comes back from SES',
    async go(run) {
      if (run.to === undefined || !run.admin) return skipped('Give --to and --admin-token.');
      const isTold = (answer: Answer) => receiptOf(answer) !== undefined;
      const answer = await until(run, `/api/trace/${run.messageId(WELCOME)}`, 120, isTold);
      const told = receiptOf(answer);
      if (told === 'delivered') return ok('Delivered.');
      if (told !== undefined)
        return warning(`SES says "${told}".`, 'The welcome did not arrive; that SES says so came back all the same.');
      return warning(
        'No receipt within two minutes.',
        'Most mailboxes take seconds. npm run doctor looks at the events of SES (email-events); does the alarm receipts-dead-letters ring?',
      );
    },
  },
  later('push', 'A test push reaches a device'),
  later('fence', 'Entering a fence is noticed'),
];

const whereToLook = ({ door, onLaptop, userId }: Run, to: string) =>
  onLaptop ? `It is in the outbox: ${door.url}/local/outbox?userId=${userId}` : `Look into the mailbox of ${to}.`;

interface TracedEffect {
  readonly kind: string;
  readonly send?: {
    readonly status: string;
    readonly reason: string | null;
    readonly receipt?: { readonly outcome: string };
  } | null;
}

const welcomeIn = ({ json }: Answer) =>
  ((json?.effects ?? []) as readonly TracedEffect[]).find(({ kind }) => kind === 'message');

/** What SES has told of the welcome since; undefined while it has told nothing. */
function receiptOf(answer: Answer): string | undefined {
  const told = welcomeIn(answer)?.send?.receipt?.outcome;
  return told === 'no-receipt-yet' ? undefined : told;
}

/** What became of the welcome, as far as the provider. */
async function welcomed(run: Run, to: string): Promise<Came> {
  const message = welcomeIn(await traced(run, WELCOME));
  const look = whereToLook(run, to);
  if (message?.send?.status === 'accepted') return ok(`SES has taken it. ${look}`);
  if (message?.send?.reason === 'dry run') return ok('This stage is a dry run: all was done but the last step.');
  if (message?.send && message.send.status !== 'claimed') {
    const reason = message.send.reason ?? 'no reason';
    return failed(`The send is "${message.send.status}" (${reason}).`, WHAT_TO_DO[reason] ?? REFUSED);
  }
  return ok(`On its way; not traced to SES yet. ${look}`);
}

/** By the reason for which Perennial itself has not sent. */
const WHAT_TO_DO: Readonly<Record<string, string>> = {
  'address bounced': 'It has bounced before and is on the suppression list (docs/receipts.md): take another address.',
  'complained of spam': 'It is on the suppression list (docs/receipts.md): take another address.',
  'the address had it in the last 24 hours': 'An address gets a welcome once a day: take another address.',
  'not on the list of this stage':
    'email.onlyTo of the stage does not have it; @simulator.amazonses.com may stand there too.',
};

const REFUSED = 'npm run doctor tells how SES stands; in its sandbox it sends to verified addresses only.';
