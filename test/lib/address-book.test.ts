import { describe, expect, it } from 'vitest';
import { addressBookName, deploymentOf } from '../../commands/deployment/address-book.ts';
import { resolve } from '../../local/cloud/template/intrinsics.ts';
import { fullStage } from './stages.ts';
import { templatesOf } from './synthesized.ts';

const longest = {
  ...fullStage,
  deployment: 'twenty-letters-name1',
  email: { fromAddress: `${'a'.repeat(64)}@shop.example` },
};
const { engine } = templatesOf(longest);
const { Parameters, Resources } = engine.toJSON();

/** As many characters as the name of a resource of the type can have. */
const LONGEST: Readonly<Record<string, number>> = {
  'AWS::SQS::Queue': 80,
  'AWS::Lambda::Function': 64,
  'AWS::Lambda::EventSourceMapping': 36,
  'AWS::Events::EventBus': 64,
  'AWS::SES::ConfigurationSet': 64,
  'AWS::SNS::Topic': 120,
};

function placeholder(name: string): string {
  if (name.startsWith('AWS::')) return 'ap-southeast-1';
  // What the data stack has published: tables' generated names have up to 65 characters, those of buckets 63.
  const length = Parameters[name] ? 65 : (LONGEST[Resources[name].Type] ?? Number.NaN);
  return `${name}${'x'.repeat(length)}`.slice(0, length);
}

const parameter = Object.values(engine.findResources('AWS::SSM::Parameter'))[0]?.Properties;
const published = String(
  resolve(parameter?.Value, {
    ref: placeholder,
    getAtt: placeholder,
    importValue: placeholder,
    condition: () => true,
    mapping: () => '',
  }),
);

describe('the address book of a deployment', () => {
  it('is published under its name', () => {
    expect(parameter?.Name).toBe(addressBookName('twenty-letters-name1'));
  });

  it('tells where everything is', () => {
    const found = deploymentOf('x', published);
    if (found.outcome !== 'found') throw new Error(found.message);
    const { deployment } = found;
    expect(deployment.apiUrl).toBe('https://events.shop.example');
    expect(deployment.fromAddress).toBe(longest.email.fromAddress);
    expect(Object.keys(deployment.functions).sort()).toEqual(
      [
        'advance',
        'api',
        'archive',
        'call',
        'census',
        'deliver-email',
        'dispatch',
        'ingest',
        'messages',
        'preferences',
        'receipts',
        'redeliver',
        'sweep',
        'tracking',
      ].sort(),
    );
    expect(deployment.queues.dispatch.url).toMatch(/^https:\/\/sqs\.[^/]+\/[^/]+\/DispatchRetryQueue/);
    expect(deployment.queues.dispatch.deadLettersUrl).toMatch(/\/DispatchRetryDeadLetters/);
    expect(deployment.sweepMissedUrl).toMatch(/\/SweepMissed/);
    expect(deployment.tables.profiles).toMatch(/^ProfilesTable/);
    expect(deployment.buckets.failures).toMatch(/^FailuresBucket/);
  });

  // 8,192 bytes is what a parameter of the advanced tier holds; a bigger one fails the deployment.
  it('fits with names as long as they can be', () => {
    expect(published).not.toContain('undefined');
    expect(Buffer.byteLength(published)).toBeLessThan(8_192);
  });
});
