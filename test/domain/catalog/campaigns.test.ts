import { describe, expect, it } from 'vitest';
import { type CampaignBody, campaignSchema } from '../../../domain/catalog/campaign/campaign.ts';
import { journeyOf } from '../../../domain/catalog/campaign/journey-of.ts';
import { checkProject } from '../../../domain/catalog/checks/check.ts';
import { Project } from '../../../domain/catalog/checks/project.ts';
import type { Definition } from '../../../domain/catalog/definition.ts';
import { journeySchema } from '../../../domain/catalog/journey/journey.ts';
import { asChecked } from '../../../domain/catalog/schemas.ts';
import { template } from './definitions.ts';

const EVERYBODY = { activity: 'last', ago: { lt: 'P30D' } };
const AROUND = {
  ...{ zone: 'UTC', channels: new Set(['email']), bindings: new Set(['sender/news']) },
  ...{ scores: new Set<string>(), drafts: new Set<string>(), seen: new Map() },
};
const sends = (key: string) => ({ send: [{ channel: 'email', template: key }] });
const once = { once: { day: '2026-12-24', at: '18:00' } };
const campaign = (body: object): CampaignBody => campaignSchema.parse({ name: 'Winter', who: EVERYBODY, ...body });

describe('a campaign', () => {
  it('is a journey of one message for everybody it is for, once', () => {
    const body = campaign({
      ...{ ...once, zone: 'person', perMinute: 600, holdout: 5, priority: 7, atMostLate: 'PT6H' },
      message: { ...sends('sale'), data: { code: 'SNOW' } },
    });
    expect(journeyOf(body)).toEqual({
      name: 'Winter',
      entries: [{ type: 'schedule', who: EVERYBODY, ...once, zone: 'person', perMinute: 600 }],
      ...{ again: 'never', holdout: 5, priority: 7, start: 'message' },
      steps: {
        message: {
          ...{ type: 'message', send: [{ channel: 'email', template: 'sale' }], data: { code: 'SNOW' } },
          ...{ priority: 7, atMostLate: 'PT6H', next: 'end' },
        },
        end: { type: 'exit' },
      },
    });
  });

  it('is an experiment where it has variants, and comes again where it is every so often', () => {
    const every = { unit: 'week', at: '09:00', from: '2026-11-30' };
    const variants = [
      { name: 'warm', percent: 30, message: sends('warm') },
      { name: 'cool', percent: 70, message: sends('cool') },
    ];
    const journey = journeyOf(campaign({ every, variants }));
    expect(journey).toMatchObject({ again: 'after-exit', start: 'experiment', entries: [{ every }] });
    expect(Object.keys(journey.steps)).toEqual(['experiment', 'message-warm', 'message-cool', 'end']);
    expect(journey.steps.experiment).toEqual({
      type: 'experiment',
      variants: [
        { name: 'warm', percent: 30, next: 'message-warm' },
        { name: 'cool', percent: 70, next: 'message-cool' },
      ],
    });
  });

  it.each([
    { ...once, message: sends('a'), goal: { reached: { event: 'Order Completed' }, within: 'P7D' } },
    { ...once, variants: [1, 2].map((n) => ({ name: `v${n}`, percent: 50, message: sends('a') })) },
  ])('makes a journey that the journey’s own schema takes', (body) => {
    expect(journeySchema.safeParse(journeyOf(campaign(body))).error).toBeUndefined();
  });

  it.each([
    ['no time', { message: sends('a') }],
    ['two times', { ...once, every: { unit: 'day', at: '09:00', from: '2026-11-30' }, message: sends('a') }],
    ['nothing to send', once],
    ['one variant', { ...once, variants: [{ name: 'a', percent: 100, message: sends('a') }] }],
  ])('with %s is refused', (_, body) => {
    expect(() => campaign(body)).toThrow();
  });

  it('names templates that are there and fit, and its shares add up', () => {
    const said = (body: object) => {
      const definitions: Definition[] = [
        template('sale'),
        { type: 'campaign', key: 'winter', body: { name: 'Winter', who: EVERYBODY, ...once, ...body } },
      ];
      return checkProject(new Project(definitions.map(asChecked)), AROUND, 0)
        .filter(({ path, severity }) => severity === 'error' && path.startsWith('campaigns'))
        .map(({ path, message }) => `${path}: ${message}`);
    };
    expect(said({ message: sends('sale') })).toEqual([]);
    expect(said({ message: sends('salee') })).toEqual([
      'campaigns/winter/message/send/0/template: there is no template “salee”; did you mean “sale”?',
    ]);
    const variants = [1, 2].map((n) => ({ name: `v${n}`, percent: 40, message: sends('sale') }));
    expect(said({ variants })).toEqual(['campaigns/winter/variants: the shares add up to 80 % instead of 100 %']);
    expect(said({ message: { send: [{ channel: 'sms', template: 'sale' }] } })).toEqual([
      'campaigns/winter/message/send/0/template: the template “sale” is for email, not for sms',
    ]);
  });
});
