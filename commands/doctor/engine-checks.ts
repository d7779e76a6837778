import type { Deployment } from '../deployment/address-book.ts';
import { type Account, type Check, ok, problem, warning } from './check.ts';

/** Functions that are fed from a queue or the stream. */
const FED = ['advance', 'dispatch', 'redeliver', 'deliver-email', 'archive'];

/** Whether what comes in is worked off, and whether somebody hears of it when it is not. */
export const engineChecks: readonly Check[] = [
  {
    id: 'lambda-concurrency',
    what: 'Functions have room to run side by side',
    needs: ['lambda:GetAccountSettings'],
    async look({ functions }) {
      const { limit, unreserved } = await functions.concurrency();
      const saw = `${limit} at once in this Region, for all functions of the account; ${unreserved} are not reserved.`;
      if (unreserved < 100)
        return problem(
          saw,
          'Have "Concurrent executions" of Lambda raised to 1,000 in Service Quotas: new accounts begin with 10.',
        );
      if (limit < 1_000)
        return warning(
          saw,
          'Have "Concurrent executions" of Lambda raised to 1,000 in Service Quotas; see docs/scale.md.',
        );
      return ok(saw);
    },
  },
  {
    id: 'lambda-mappings',
    what: 'Queues and the stream are being read',
    needs: ['lambda:ListEventSourceMappings'],
    async look({ functions }, { functions: names }) {
      const read = await Promise.all(
        FED.map(async (entry) => ({ entry, found: await functions.mappings(names[entry] ?? entry) })),
      );
      const fed = read.flatMap(({ entry, found }) => found.map((mapping) => ({ entry, ...mapping })));
      const alone = read.filter(({ found }) => found.length === 0).map(({ entry }) => entry);
      const off = fed.filter(({ state }) => state !== 'Enabled');
      const failing = fed.filter(({ lastResult }) => lastResult.startsWith('PROBLEM'));
      if (alone.length > 0) return problem(`Nothing feeds ${alone.join(', ')}.`, 'Deploy the engine stack again.');
      if (off.length > 0)
        return problem(
          off.map(({ entry, source, state }) => `${entry} from ${source}: ${state}`).join('; '),
          'Enable it in the Lambda console (Event source mappings), or find out who paused it.',
        );
      if (failing.length > 0)
        return problem(
          failing.map(({ entry, source, lastResult }) => `${entry} from ${source}: ${lastResult}`).join('; '),
          'The role of the function, its key or the source is not as the stack made it: deploy again.',
        );
      return ok(`${fed.length} mappings, all enabled.`);
    },
  },
  {
    id: 'alarms-heard',
    what: 'Somebody hears of alarms',
    needs: ['sns:ListSubscriptionsByTopic'],
    async look({ alarms }, { alarmTopic }) {
      const subscriptions = await alarms.subscriptions(alarmTopic);
      const confirmed = subscriptions.filter((one) => one.confirmed);
      if (confirmed.length > 0)
        return ok(`${confirmed.length} confirmed: ${confirmed.map((one) => one.protocol).join(', ')}.`);
      if (subscriptions.length > 0)
        return problem(
          'Nobody has confirmed yet.',
          'Click the link in the mail of "AWS Notifications", or subscribe again.',
        );
      return problem('Nobody is subscribed to the topic.', 'Set alarms.email of the stage, or subscribe to the topic.');
    },
  },
  {
    id: 'alarms-quiet',
    what: 'No alarm is ringing',
    needs: ['cloudwatch:DescribeAlarms'],
    async look({ alarms }, { name }) {
      const prefix = `perennial-${name}-`;
      const all = await alarms.alarms(prefix);
      if (all.length === 0) return problem('This deployment has no alarms.', 'Deploy the engine stack again.');
      const articles = (some: typeof all) => some.map((one) => one.name.slice(prefix.length)).join(', ');
      const ringing = all.filter(({ state }) => state === 'ALARM');
      if (ringing.length > 0)
        return problem(`Ringing: ${articles(ringing)}.`, 'docs/runbook.md has an article of each name.');
      const mute = all.filter(({ actionsEnabled }) => !actionsEnabled);
      if (mute.length > 0) return warning(`Muted: ${articles(mute)}.`, 'Enable their actions in CloudWatch.');
      return ok(`${all.length} alarms, none is ringing.`);
    },
  },
  {
    id: 'dead-letters',
    what: 'Nothing was given up',
    needs: ['sqs:GetQueueAttributes'],
    async look(account, deployment) {
      const there = (await deadLetters(account, deployment)).filter(({ messages }) => messages > 0);
      if (there.length === 0) return ok('All queues of dead letters are empty.');
      return problem(
        there.map(({ name, messages }) => `${name}: ${messages}`).join(', '),
        `See why (docs/runbook.md), then: npm run redrive -- --deployment ${deployment.name}`,
      );
    },
  },
];

/** How many messages rest in each queue of what was given up. */
function deadLetters({ stores }: Account, { queues, sweepMissedUrl }: Deployment) {
  const urls = Object.entries(queues).map(([name, { deadLettersUrl }]) => ({ name, url: deadLettersUrl }));
  return Promise.all(
    [...urls, { name: 'sweeps not started', url: sweepMissedUrl }].map(async ({ name, url }) => ({
      name,
      messages: await stores.messages(url),
    })),
  );
}
