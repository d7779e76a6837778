import { expect, it } from 'vitest';
import { START } from '../support/people.ts';
import { Admin, adminFakes } from './admin.ts';

const HOLD = '/api/delivery/hold';
const RESUME = '/api/delivery/resume';

function console() {
  const fakes = adminFakes();
  const api = new Admin(fakes);
  const classes = async () => (await api.call('GET', '/api/delivery', { role: 'viewer' })).json.channels[0].classes;
  return { fakes, api, classes };
}

it('a marketer stops marketing at once, says why, and does not stop what people wait for', async () => {
  const { fakes, api, classes } = console();
  expect(await classes()).toMatchObject([{ sending: true, held: null }, { sending: true }]);
  expect((await api.call('POST', HOLD, { role: 'marketer', body: { reason: 'wrong price' } })).status).toBe(200);
  expect(await classes()).toMatchObject([
    {
      class: 'marketing',
      sending: false,
      held: { what: 'email/marketing', since: new Date(START).toISOString(), reason: 'wrong price' },
    },
    { class: 'transactional', sending: true, held: null },
  ]);
  expect(fakes.audit.entries).toMatchObject([{ action: 'holdDelivery', subject: 'delivery/email/marketing' }]);
  expect((await api.call('POST', HOLD, { role: 'marketer', body: { reason: 'again' } })).status).toBe(409);
});

it('only who may approve lets it go on', async () => {
  const { api, classes } = console();
  await api.call('POST', HOLD, { role: 'marketer', body: { reason: 'wrong price' } });
  const body = { what: 'email/marketing' };
  const wrong = await api.call('POST', RESUME, { role: 'approver', body: { what: 'email' } });
  expect(wrong).toMatchObject({ status: 409, json: { detail: 'email is not held. Held is email/marketing.' } });
  expect((await api.call('POST', RESUME, { role: 'marketer', body })).status).toBe(403);
  expect((await api.call('POST', RESUME, { role: 'approver', body })).status).toBe(200);
  expect(await classes()).toMatchObject([{ sending: true, held: null }, { sending: true }]);
  expect((await api.call('POST', RESUME, { role: 'approver', body })).status).toBe(409);
});

it('all of a channel is held for both classes, and by the breaker too', async () => {
  const { fakes, api, classes } = console();
  await fakes.holds.hold({ what: 'email', since: START, by: 'breaker', reason: 'SendingPausedException' });
  expect(await classes()).toMatchObject([{ held: { by: 'breaker' } }, { held: { by: 'breaker' } }]);
  await api.call('POST', RESUME, { role: 'approver', body: { what: 'email' } });
  expect(await classes()).toMatchObject([{ sending: true }, { sending: true }]);
});

it('shows what of its budgets is used up', async () => {
  const { fakes, api } = console();
  const day = fakes.zone.dayOf(START);
  fakes.budgets.list = async () => [
    { name: 'all', perDay: 3 },
    { name: 'month', perMonth: 9 },
  ];
  fakes.budgets.spent = async () => new Map([['all', { day, today: 3, month: 202603, thisMonth: 7 }]]);
  expect((await api.call('GET', '/api/delivery', { role: 'viewer' })).json.budgets).toEqual([
    { name: 'all', perDay: 3, today: 3, perMonth: null, thisMonth: 7, reached: true },
    { name: 'month', perDay: null, today: 0, perMonth: 9, thisMonth: 0, reached: false },
  ]);
});

it.each([{}, { reason: '' }, { reason: 'x', what: 'sms' }, { reason: 'x'.repeat(201) }])(
  'holds nothing by %j',
  async (body) => {
    const { api, classes } = console();
    expect((await api.call('POST', HOLD, { role: 'marketer', body })).status).toBe(400);
    expect(await classes()).toMatchObject([{ sending: true }, { sending: true }]);
  },
);
