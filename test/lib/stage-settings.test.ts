import { describe, expect, it } from 'vitest';
import { stageNamed } from '../../bin/stages.ts';
import { zoneNamed } from '../../domain/zone.ts';
import { defineStage, type StageDefinition } from '../../lib/house/stage-settings.ts';
import { fullStage, smallStage } from './stages.ts';

describe('a stage', () => {
  it('needs a name and a sender, and has a default for everything else', () => {
    const stage = defineStage(smallStage);
    expect(stage).toMatchObject({ timeZone: 'UTC', dueShards: 64, protectData: false, email: { concurrency: 2 } });
    expect(stage.admin).toBeUndefined();
  });

  it('takes every setting there is', () => {
    expect(defineStage(fullStage)).toMatchObject(fullStage);
  });

  it.each<[string, object, string]>([
    ['a name AWS would refuse', { deployment: 'My Shop' }, 'deployment is "My Shop"'],
    ['a mistyped setting', { logRetentionDay: 30 }, 'logRetentionDay is not a setting.'],
    ['a mistyped setting inside a group', { alarms: { mail: 'a@b.example' } }, 'alarms.mail is not a setting.'],
    ['a log period CloudWatch lacks', { logRetentionDays: 31 }, 'logRetentionDays is 31'],
    ['a sender with a display name', { email: { fromAddress: 'Shop <a@b.example>' } }, 'email.fromAddress is'],
    ['a dry run that is not sure', { email: { fromAddress: 'a@b.example', dryRun: 'no' } }, 'email.dryRun is "no"'],
    ['a list of nobody', { email: { fromAddress: 'a@b.example', onlyTo: [] } }, 'email.onlyTo takes 1 to 50'],
    ['a list of no addresses', { email: { fromAddress: 'a@b.example', onlyTo: ['b.example'] } }, 'email.onlyTo takes'],
    ['a concurrency SQS refuses', { bulkConcurrency: 1 }, 'bulkConcurrency is 1'],
    ['half an admin', { admin: { issuer: 'https://issuer.example' } }, 'admin needs both issuer'],
    ['an issuer that is no URL', { admin: { issuer: 'pool', audience: 'a' } }, 'admin needs both issuer'],
    ['a role claim that is none', { admin: { ...fullStage.admin, roleClaim: '' } }, 'admin.roleClaim is ""'],
    ['half a domain', { domain: { name: 'events.shop.example' } }, 'domain needs both name'],
    ['protected data and nobody to call', { protectData: true }, 'protectData is set but alarms names nobody'],
    ['two alarm targets', { alarms: { email: 'a@b.example', topicArn: 'arn:aws:sns:x:1:t' } }, 'alarms names both'],
    ['a zone that does not exist', { timeZone: 'Europe/Atlantis' }, 'timeZone is "Europe/Atlantis"'],
    ['an offset', { timeZone: '+01:00' }, 'timeZone is "+01:00"; it takes an IANA name'],
    ['no shard', { dueShards: 0 }, 'dueShards is 0'],
    ['questions that may read nothing', { lakeQueryGigabytes: 0 }, 'lakeQueryGigabytes is 0'],
    ['a key that is no ARN', { cmkArn: 'alias/mine' }, 'cmkArn is not the ARN of a KMS key.'],
  ])('refuses %s', (_, change, sentence) => {
    expect(() => defineStage({ ...smallStage, ...change } as StageDefinition)).toThrow(sentence);
  });

  it.each([
    ...['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'Australia/Lord_Howe'],
    ...['', 'EST5EDT', 'CST', 'GMT+0000', '+01:00', 'Europe/Atlantis', 'Europe/Berlin ', 'Etc/Unknown', 'Z', 'Local'],
  ])('takes the zone "%s" just when the functions take it', (timeZone) => {
    const define = () => defineStage({ ...smallStage, timeZone });
    if (zoneNamed(timeZone) === undefined) expect(define).toThrow(`timeZone is "${timeZone}"`);
    else expect(define().timeZone).toBe(timeZone);
  });

  it('says everything that is wrong at once', () => {
    const wrong = { ...smallStage, dueShards: 0, bulkConcurrency: 1 };
    expect(() => defineStage(wrong)).toThrow(/Stage test: .*dueShards.*bulkConcurrency/);
  });
});

describe('the stages of this checkout', () => {
  it.each(['local', 'dev', 'prod'])('%s holds', (name) => {
    expect(stageNamed(name).deployment).toBe(name);
  });

  it('have names; another is an error that lists them', () => {
    expect(() => stageNamed('staging')).toThrow('There is no stage "staging"; bin/stages.ts has local, dev, prod');
  });
});
