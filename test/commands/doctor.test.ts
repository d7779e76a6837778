import { describe, expect, it } from 'vitest';
import { type Account, examine, type Finding } from '../../commands/doctor/check.ts';
import { checks } from '../../commands/doctor/checks.ts';
import { countOf, linesOf } from '../../commands/doctor/report.ts';
import { unproven } from '../../commands/doctor/unproven.ts';
import { unprovenPage } from '../../commands/doctor/unproven-page.ts';
import { steps } from '../../commands/smoke/steps.ts';
import type { EmailAccount, EmailEvents, EmailIdentity } from '../../lambdas/adapters/account/email-account.ts';
import { deploymentDev } from './deployments.ts';

const deployment = deploymentDev();

/** All that an account says, when nothing is wrong. */
const healthy = {
  email: {
    production: true,
    sending: true,
    enforcement: 'HEALTHY',
    perDay: 50_000,
    perSecond: 14,
    sentInLastDay: 100,
    plan: 'NONE',
  } as EmailAccount,
  identity: {
    name: 'shop.example',
    verified: true,
    dkim: { signing: true, status: 'SUCCESS', keyBits: 2_048 },
    mailFrom: { domain: 'bounce.shop.example', status: 'SUCCESS' },
  } as EmailIdentity | undefined,
  events: { enabled: true, types: ['DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT'] } as EmailEvents | undefined,
  concurrency: { limit: 1_000, unreserved: 1_000 },
  mappings: [{ source: 'live', state: 'Enabled', lastResult: 'No records processed' }],
  alarms: [{ name: 'perennial-dev-live-lag', state: 'OK', actionsEnabled: true }],
  subscriptions: [{ protocol: 'email', confirmed: true }],
  table: { status: 'ACTIVE', deletionProtected: true, keyLostSince: undefined as Date | undefined },
  recoveryDays: 7,
  messages: {} as Record<string, number>,
  texts: {
    '_dmarc.shop.example': ['v=DMARC1; p=quarantine'],
    'bounce.shop.example': ['v=spf1 include:amazonses.com ~all'],
  } as Record<string, string[]>,
};
type State = typeof healthy;

/** An account in a state; what is changed to an error cannot be asked. */
function accountIn(state: { [K in keyof State]: State[K] | Error }): Account {
  const say = async <T>(value: T | Error): Promise<T> => {
    if (value instanceof Error) throw value;
    return value;
  };
  return {
    email: {
      account: () => say(state.email),
      identityOf: () => say(state.identity),
      eventsOf: () => say(state.events),
    },
    functions: { concurrency: () => say(state.concurrency), mappings: () => say(state.mappings) },
    alarms: { alarms: () => say(state.alarms), subscriptions: () => say(state.subscriptions) },
    stores: {
      table: () => say(state.table),
      recoveryDays: () => say(state.recoveryDays),
      messages: async (url) => (await say(state.messages))[url.slice(url.lastIndexOf('/') + 1)] ?? 0,
    },
    texts: async (name) => (await say(state.texts))[name] ?? [],
  };
}

const look = (changes: { [K in keyof State]?: State[K] | Error } = {}) =>
  examine(checks, accountIn({ ...healthy, ...changes }), deployment);

/** What is not in order, as `problem email-dkim`. */
const notOk = (findings: readonly Finding[]) =>
  findings.flatMap(({ outcome, id }) => (outcome === 'ok' ? [] : [`${outcome} ${id}`]));

const email = (changes: Partial<EmailAccount>) => ({ email: { ...healthy.email, ...changes } });
const identity = (changes: Partial<EmailIdentity>) => ({
  identity: { ...(healthy.identity as EmailIdentity), ...changes },
});

describe('the doctor', () => {
  it('finds nothing in a healthy account', async () => {
    const findings = await look();
    expect(notOk(findings)).toEqual([]);
    expect(findings).toHaveLength(checks.length);
  });

  it.each<[string, { [K in keyof State]?: State[K] | Error }, string[]]>([
    ['the sandbox', email({ production: false }), ['problem email-production']],
    ['paused sending', email({ sending: false }), ['problem email-sending']],
    ['an account that was shut down', email({ enforcement: 'SHUTDOWN' }), ['problem email-sending']],
    ['an account under review', email({ enforcement: 'PROBATION' }), ['warning email-sending']],
    ['a day’s quota nearly used', email({ sentInLastDay: 45_000 }), ['warning email-quota']],
    ['a rate that the workers cannot use', email({ perSecond: 1_000 }), ['warning email-quota']],
    ['a plan', email({ plan: 'ESSENTIALS' }), ['warning email-plan']],
    ['a plan that SES does not tell', email({ plan: undefined }), ['unknown email-plan']],
    ['no configuration set', { events: undefined }, ['problem email-events']],
    ['events that nobody hears', { events: { enabled: false, types: [] } }, ['problem email-events']],
    ['no word of complaints', { events: { enabled: true, types: ['DELIVERY', 'BOUNCE'] } }, ['problem email-events']],
    [
      'no identity',
      { identity: undefined },
      ['problem email-identity', 'problem email-dkim', 'problem email-mail-from'],
    ],
    ['an identity not verified', identity({ verified: false }), ['problem email-identity']],
    [
      'DKIM that fails',
      identity({ dkim: { signing: true, status: 'FAILED', keyBits: 2_048 } }),
      ['problem email-dkim'],
    ],
    ['a short key', identity({ dkim: { signing: true, status: 'SUCCESS', keyBits: 1_024 } }), ['warning email-dkim']],
    ['no MAIL FROM domain', identity({ mailFrom: undefined }), ['warning email-mail-from']],
    [
      'a MAIL FROM domain without its MX',
      identity({ mailFrom: { domain: 'bounce.shop.example', status: 'FAILED' } }),
      ['problem email-mail-from'],
    ],
    [
      'SPF of somebody else',
      { texts: { ...healthy.texts, 'bounce.shop.example': ['v=spf1 include:other.example -all'] } },
      ['problem email-mail-from'],
    ],
    ['no DMARC', { texts: { 'bounce.shop.example': ['v=spf1 include:amazonses.com ~all'] } }, ['problem email-dmarc']],
    [
      'DMARC that only watches',
      { texts: { ...healthy.texts, '_dmarc.news.shop.example': ['v=DMARC1; p=none'] } },
      ['warning email-dmarc'],
    ],
    [
      'the concurrency of a new account',
      { concurrency: { limit: 10, unreserved: 10 } },
      ['problem lambda-concurrency'],
    ],
    ['little concurrency', { concurrency: { limit: 400, unreserved: 400 } }, ['warning lambda-concurrency']],
    ['functions that nothing feeds', { mappings: [] }, ['problem lambda-mappings']],
    [
      'a mapping that is off',
      { mappings: [{ source: 'live', state: 'Disabled', lastResult: '' }] },
      ['problem lambda-mappings'],
    ],
    [
      'a mapping that fails',
      { mappings: [{ source: 'live', state: 'Enabled', lastResult: 'PROBLEM: denied' }] },
      ['problem lambda-mappings'],
    ],
    ['nobody subscribed', { subscriptions: [] }, ['problem alarms-heard']],
    ['a mailbox not confirmed', { subscriptions: [{ protocol: 'email', confirmed: false }] }, ['problem alarms-heard']],
    ['no alarms', { alarms: [] }, ['problem alarms-quiet']],
    [
      'an alarm that rings',
      { alarms: [{ name: 'perennial-dev-live-lag', state: 'ALARM', actionsEnabled: true }] },
      ['problem alarms-quiet'],
    ],
    [
      'a muted alarm',
      { alarms: [{ name: 'perennial-dev-live-lag', state: 'OK', actionsEnabled: false }] },
      ['warning alarms-quiet'],
    ],
    ['a dead letter', { messages: { 'email-dead': 3 } }, ['problem dead-letters']],
    ['a sweep that was not started', { messages: { missed: 1 } }, ['problem dead-letters']],
    ['a lost key', { table: { ...healthy.table, keyLostSince: new Date(0) } }, ['problem tables-usable']],
    ['a table being updated', { table: { ...healthy.table, status: 'UPDATING' } }, ['warning tables-usable']],
    ['no recovery', { recoveryDays: 0 }, ['problem tables-recoverable']],
    ['recovery that reaches too far', { recoveryDays: 35 }, ['warning tables-recoverable']],
    ['unprotected tables', { table: { ...healthy.table, deletionProtected: false } }, ['warning tables-protected']],
  ])('tells of %s', async (_what, changes, expected) => {
    expect(notOk(await look(changes))).toEqual(expected);
  });

  it('goes on where it may not look, and says which right is missing', async () => {
    const denied = Object.assign(new Error('User: arn is not authorized to perform: lambda:GetAccountSettings on *'), {
      name: 'AccessDeniedException',
    });
    const findings = await look({
      concurrency: denied,
      subscriptions: Object.assign(new Error('no'), { name: 'AuthorizationError' }),
    });
    expect(notOk(findings)).toEqual(['unknown lambda-concurrency', 'unknown alarms-heard']);
    expect(findings.find(({ id }) => id === 'lambda-concurrency')).toMatchObject({
      todo: 'Run it with a role that is allowed lambda:GetAccountSettings.',
    });
    // Where AWS does not say it, all that the check needs is named.
    expect(findings.find(({ id }) => id === 'alarms-heard')).toMatchObject({
      todo: 'Run it with a role that is allowed sns:ListSubscriptionsByTopic.',
    });
  });

  it('takes a service that does not answer for unknown, not for broken', async () => {
    const findings = await look({ texts: Object.assign(new Error('queryTxt ETIMEOUT'), { name: 'Error' }) });
    expect(notOk(findings)).toEqual(['unknown email-mail-from', 'unknown email-dmarc']);
  });
});

describe('its report', () => {
  it('begins with what is worst, each with what to do, and ends with what no command can look up', async () => {
    const findings = await look({ ...email({ production: false, plan: 'PRO' }), recoveryDays: 0 });
    const lines = linesOf('dev', findings, unproven);
    expect(lines.slice(2, 8).map((line) => line.trim().slice(0, 8).trim())).toEqual([
      ...['problem', '→ Deploy', 'problem', '→ Reques', 'warning', '→ Withou'],
    ]);
    expect(lines.join('\n')).toContain('problem 2 · warning 1 · unknown 0');
    for (const { id, proof } of unproven) {
      expect(lines.some((line) => line.startsWith(`  ${id}: `))).toBe(true);
      expect(lines).toContain(`      ${proof}`);
    }
    expect(countOf(findings)).toMatchObject({ problem: 2, warning: 1, unknown: 0 });
  });
});

describe('docs/unproven.md', () => {
  // Written anew by: npx vitest run test/commands/doctor.test.ts -u
  it('is the list that the doctor prints', async () => {
    await expect(unprovenPage(unproven)).toMatchFileSnapshot('../../docs/unproven.md');
  });

  it('names nothing twice', () => {
    expect(new Set(unproven.map(({ id }) => id)).size).toBe(unproven.length);
  });

  it('names steps of smoke that exist, and findings of the doctor', () => {
    const known = new Set([...steps, ...checks].map(({ id }) => id));
    const named = unproven.flatMap(({ proof }) => [...proof.matchAll(/\((?:step )?([a-z]+(?:-[a-z]+)*)\)/g)]);
    expect(named.length).toBeGreaterThan(5);
    for (const [, id = ''] of named) expect([...known]).toContain(id);
  });
});
