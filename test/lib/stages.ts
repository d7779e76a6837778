import type { StageDefinition } from '../../lib/house/stage-settings.ts';

/** A stage with everything that can be left out left out. */
export const smallStage: StageDefinition = { deployment: 'test', email: { fromAddress: 'hello@shop.example' } };

/** A stage with everything that can be there. */
export const fullStage: StageDefinition = {
  deployment: 'full',
  account: '111122223333',
  region: 'eu-central-1',
  tags: { team: 'crm' },
  protectData: true,
  permissionsBoundaryArn: 'arn:aws:iam::111122223333:policy/boundary',
  cmkArn: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  logRetentionDays: 90,
  lakeRetentionDays: 400,
  alarms: { email: 'on-call@shop.example' },
  domain: { name: 'events.shop.example', certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/1234' },
  timeZone: 'America/Argentina/Buenos_Aires',
  email: { fromAddress: 'hello@shop.example', dryRun: true, onlyTo: ['@shop.example', 'ada@example.com'] },
  admin: { issuer: 'https://issuer.shop.example', audience: 'console', roleClaim: 'https://shop.example/roles' },
};
