import { describe, expect, it } from 'vitest';
import { type Context, compileCondition } from '../../../local/cloud/permissions/condition.ts';

const rule = 'arn:aws:events:eu-central-1:000000000000:rule/minute';
const keys = (...values: string[]): Context => ({ 'dynamodb:LeadingKeys': values });

describe('a condition', () => {
  it.each<[string, object, Context, boolean]>([
    ['StringEquals', { 'ses:FromAddress': 'a@x.example' }, { 'ses:FromAddress': 'a@x.example' }, true],
    ['StringEquals', { 'ses:FromAddress': ['b@x.example', 'a@x.example'] }, { 'ses:FromAddress': 'a@x.example' }, true],
    ['StringEquals', { 'ses:FromAddress': 'a@x.example' }, { 'ses:FromAddress': 'A@x.example' }, false],
    ['StringEquals', { 'ses:FromAddress': 'a@x.example' }, {}, false],
    ['StringEquals', { 'SES:fromaddress': 'a@x.example' }, { 'ses:FromAddress': 'a@x.example' }, true],
    ['StringEqualsIfExists', { 'ses:FromAddress': 'a@x.example' }, {}, true],
    ['StringNotEquals', { 'ses:FromAddress': 'a@x.example' }, { 'ses:FromAddress': 'b@x.example' }, true],
    [
      'StringNotEquals',
      { 'ses:FromAddress': ['a@x.example', 'b@x.example'] },
      { 'ses:FromAddress': 'b@x.example' },
      false,
    ],
    ['StringNotEquals', { 'ses:FromAddress': 'a@x.example' }, {}, true],
    ['StringLike', { 'ses:FromAddress': '*@x.example' }, { 'ses:FromAddress': 'b@x.example' }, true],
    ['StringLike', { 'ses:FromAddress': '?@x.example' }, { 'ses:FromAddress': 'bb@x.example' }, false],
    ['StringNotLike', { 'ses:FromAddress': '*@x.example' }, { 'ses:FromAddress': 'b@x.example' }, false],
    ['ArnEquals', { 'aws:SourceArn': rule }, { 'aws:SourceArn': rule }, true],
    ['ArnEquals', { 'aws:SourceArn': rule.replace('minute', '*') }, { 'aws:SourceArn': rule }, true],
    ['ArnLike', { 'aws:SourceArn': rule.replace('minute', 'hour') }, { 'aws:SourceArn': rule }, false],
    ['ArnLike', { 'aws:SourceArn': rule }, {}, false],
    ['ArnNotLike', { 'aws:SourceArn': rule }, {}, true],
    ['Bool', { 'aws:SecureTransport': 'false' }, { 'aws:SecureTransport': 'true' }, false],
    ['Bool', { 'aws:SecureTransport': true }, { 'aws:SecureTransport': 'true' }, true],
    ['Null', { 'aws:SourceArn': 'true' }, {}, true],
    ['Null', { 'aws:SourceArn': 'true' }, { 'aws:SourceArn': rule }, false],
    ['ForAllValues:StringEquals', { 'dynamodb:LeadingKeys': ['plan'] }, keys('plan', 'plan'), true],
    ['ForAllValues:StringEquals', { 'dynamodb:LeadingKeys': ['plan'] }, keys('plan', 'sources'), false],
    // AWS: true of nothing at all. Whoever relies on it must not grant a Scan, which has no key.
    ['ForAllValues:StringEquals', { 'dynamodb:LeadingKeys': ['plan'] }, {}, true],
    ['ForAnyValue:StringEquals', { 'dynamodb:LeadingKeys': ['plan'] }, keys('plan', 'sources'), true],
    ['ForAnyValue:StringEquals', { 'dynamodb:LeadingKeys': ['plan'] }, {}, false],
  ])('%s %j of %j: %s', (operator, wanted, context, expected) => {
    expect(compileCondition({ [operator]: wanted as Record<string, unknown> })(context)).toBe(expected);
  });

  it('holds when all its operators and keys do', () => {
    const both = compileCondition({
      Bool: { 'aws:SecureTransport': 'true' },
      ArnLike: { 'aws:SourceArn': rule },
    });
    expect(both({ 'aws:SecureTransport': 'true', 'aws:SourceArn': rule })).toBe(true);
    expect(both({ 'aws:SecureTransport': 'true' })).toBe(false);
  });

  it.each([
    ['IpAddress', 'aws:SourceArn', 'condition operator IpAddress'],
    ['ForSomeValues:StringEquals', 'aws:SourceArn', 'condition operator ForSomeValues:StringEquals'],
    ['StringEquals', 'aws:PrincipalTag/team', 'condition key aws:PrincipalTag/team'],
    ['StringEquals', 'dynamodb:LeadingKeys', 'needs ForAllValues or ForAnyValue'],
  ])('%s on %s is an error', (operator, key, message) => {
    expect(() => compileCondition({ [operator]: { [key]: 'x' } })).toThrow(message);
  });
});
