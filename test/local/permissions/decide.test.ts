import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../local/cloud/permissions/decide.ts';
import { type ResourceRule, resourceRules } from '../../../local/cloud/permissions/resource-policies.ts';
import { type Rule, rulesOf } from '../../../local/cloud/permissions/rule.ts';
import type { PolicyStatement } from '../../../local/cloud/template/policy.ts';

const queue = 'arn:aws:sqs:eu-central-1:000000000000:live';

/** Whether these statements let somebody send to the queue. */
function outcomeOf(identity: readonly Rule[], resource: readonly ResourceRule[] = [], action = 'sqs:SendMessage') {
  const covers = (rule: Rule) => rule.coversAction(action) && rule.coversResource(queue);
  return decide({ identity: identity.filter(covers), resource: resource.filter(covers) }, () => ({})).outcome;
}

const statement = (Effect: 'Allow' | 'Deny', Action = 'sqs:SendMessage', more: Partial<PolicyStatement> = {}) => ({
  ...{ Effect, Action, Resource: queue },
  ...more,
});
const own = (...statements: PolicyStatement[]) => rulesOf(statements, 'Policy');
const ofQueue = (...statements: PolicyStatement[]) =>
  resourceRules(
    statements.map((one) => ({ Principal: '*' as const, ...one })),
    'QueuePolicy',
  );

describe('a request', () => {
  it('is allowed when either side allows it, and by nothing else', () => {
    expect(outcomeOf(own(statement('Allow')))).toBe('allowed');
    expect(outcomeOf([], ofQueue(statement('Allow')))).toBe('allowed');
    expect(outcomeOf(own(statement('Allow', 'sqs:ReceiveMessage')))).toBe('not-allowed');
    expect(outcomeOf([])).toBe('not-allowed');
  });

  it('is denied when either side denies it, whatever else is said', () => {
    expect(outcomeOf(own(statement('Allow')), ofQueue(statement('Deny')))).toBe('denied');
    expect(outcomeOf(own(statement('Deny')), ofQueue(statement('Allow')))).toBe('denied');
  });

  it('is denied by one denial among any statements in any order', () => {
    const any = fc.array(
      fc.constantFrom(statement('Allow'), statement('Allow', '*'), statement('Deny', 'sqs:DeleteMessage')),
    );
    fc.assert(
      fc.property(any, any, fc.boolean(), (before, after, onQueue) => {
        const statements = [...before, statement('Deny', 'sqs:*'), ...after];
        const outcome = onQueue
          ? outcomeOf(own(statement('Allow')), ofQueue(...statements))
          : outcomeOf(own(...statements));
        return outcome === 'denied';
      }),
    );
  });

  it('names its action in any case, but its resource in its own', () => {
    fc.assert(
      fc.property(
        fc.mixedCase(fc.constant('sqs:SendMessage')),
        (action) => outcomeOf(own(statement('Allow', action))) === 'allowed',
      ),
    );
    const shouted = statement('Allow', 'sqs:SendMessage', { Resource: queue.toUpperCase() });
    expect(outcomeOf(own(shouted))).toBe('not-allowed');
  });

  it('may be what a statement is about by not being in its list', () => {
    const { Action: _, ...anyAction } = statement('Allow');
    const allBut = own({ ...anyAction, NotAction: ['sqs:DeleteMessage', 'sqs:Receive*'] });
    expect(outcomeOf(allBut)).toBe('allowed');
    expect(outcomeOf(allBut, [], 'sqs:ReceiveMessage')).toBe('not-allowed');
    const { Resource: __, ...anyResource } = statement('Deny');
    expect(outcomeOf(own(statement('Allow'), { ...anyResource, NotResource: `${queue}*` }))).toBe('allowed');
    expect(outcomeOf(own(statement('Allow'), { ...anyResource, NotResource: `${queue}-2` }))).toBe('denied');
  });
});

describe('a policy', () => {
  it('is taken apart into what it grants one by one', () => {
    const [Action, Resource] = [
      ['sqs:SendMessage', 'sqs:DeleteMessage'],
      ['arn:aws:sqs:::a', 'arn:aws:sqs:::b'],
    ];
    const rules = rulesOf([{ Effect: 'Allow', Action, Resource, Sid: 'Queues' }], 'Policy');
    expect(rules.map(({ action, resource, statement: name }) => [action, resource.at(-1), name])).toEqual([
      ['sqs:SendMessage', 'a', 'Queues'],
      ['sqs:SendMessage', 'b', 'Queues'],
      ['sqs:DeleteMessage', 'a', 'Queues'],
      ['sqs:DeleteMessage', 'b', 'Queues'],
    ]);
  });

  it.each<[string, Partial<PolicyStatement>]>([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how policies write their variables
    ['policy variables', { Resource: 'arn:aws:s3:::${aws:username}' }],
    ['the condition key aws:userid', { Condition: { StringEquals: { 'aws:userid': 'x' } } }],
  ])('with %s is an error that says where', (message, more) => {
    const statements = [statement('Allow'), statement('Allow', 'sqs:SendMessage', more)];
    expect(() => rulesOf(statements, 'Policy')).toThrow(
      `Policy, statement 2: the local cloud does not know ${message}`,
    );
  });
});

describe('a resource’s policy', () => {
  const who = (arn: string) => ({ arn, name: arn, rules: [] });
  const named = (Principal: PolicyStatement['Principal']) =>
    resourceRules([{ ...statement('Allow'), ...(Principal && { Principal }) }], 'QueuePolicy')[0];

  it('is about whom it names', () => {
    expect(named('*')?.names(who('events.amazonaws.com'))).toBe(true);
    expect(named({ AWS: '*' })?.names(who('arn:aws:iam::000000000000:role/a'))).toBe(true);
    expect(named({ Service: 'events.amazonaws.com' })?.names(who('events.amazonaws.com'))).toBe(true);
    expect(named({ Service: 'events.amazonaws.com' })?.names(who('sns.amazonaws.com'))).toBe(false);
    expect(named({ AWS: ['arn:aws:iam::000000000000:role/a'] })?.names(who('arn:aws:iam::000000000000:role/b'))).toBe(
      false,
    );
  });

  it('that names nobody, or an account, is an error', () => {
    expect(() => named(undefined)).toThrow('must name a principal');
    expect(() => named({ AWS: '000000000000' })).toThrow('does not know the principal AWS 000000000000');
  });
});
