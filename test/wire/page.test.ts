import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../domain/calendar.ts';
import { Browser } from '../support/browser.ts';
import { Laptop } from '../support/laptop.ts';
import { Publisher } from '../support/publisher.ts';

let laptop: Laptop;
let browser: Browser;
beforeAll(async () => {
  [laptop, browser] = await Promise.all([Laptop.start(), Browser.start()]);
  await laptop.post('/v1/track', { userId: 'ada', event: 'Product Viewed' });
  await laptop.post('/v1/identify', {
    userId: 'x'.repeat(200),
    traits: { email: `${'y'.repeat(60)}@example.com`, firstName: '<b>Bea' },
  });
  await laptop.perennial.advanceTo(laptop.perennial.now() + 31 * DAY);
}, 60_000);
afterAll(() => Promise.all([laptop?.stop(), browser?.stop()]));

/** What has no room for its text; an ellipsis may only cut off a user's id, which can have any length. */
const OVERFLOWING = `[document.documentElement, ...document.querySelectorAll('main *')]
  .filter((one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth && !one.matches('.user'))
  .map((one) => one.tagName + ' ' + one.textContent)`;

it.each([1200, 900, 390])('the local page says since when and why, and has room for it, at %i px', async (width) => {
  const visitor = await browser.visitor();
  const { page } = visitor;
  await page.setViewportSize({ width, height: 800 });
  await page.goto(laptop.url);
  const { stage } = await laptop.profile('ada');
  const row = page.locator('#latest tr', { hasText: 'ada' });
  await row.waitFor();
  expect(await row.locator('td').allTextContents()).toEqual([
    'ada',
    'dormant',
    stage?.since.slice(0, 16).replace('T', ' '),
    stage?.reason,
  ]);
  expect(await visitor.run(OVERFLOWING)).toEqual([]);
  expect(visitor.surprises).toEqual([]);
});

const COLOURS = "[...document.querySelectorAll('#stages .dot')].map((dot) => getComputedStyle(dot).backgroundColor)";

describe('stages and segments of one’s own', () => {
  beforeAll(async () => {
    const stages = [
      { name: 'trial-of-the-first-month', when: { trait: 'plan', is: 'trial' } },
      { name: 'paying', when: { trait: 'plan', in: ['monthly', 'yearly'] } },
    ];
    await new Publisher(laptop).definitions([
      { type: 'lifecycle', key: 'default', body: { stages, otherwise: 'visitor' } },
      {
        ...{ type: 'segment', key: 'mail' },
        body: { name: 'Whom we can write to by e-mail', where: { channel: 'email', reachable: true } },
      },
    ]);
    await laptop.post('/v1/identify', { userId: 'eve', traits: { plan: 'trial' } });
    await laptop.perennial.advanceTo(laptop.perennial.now() + 5 * MINUTE);
  }, 60_000);

  it.each([1200, 400])('are on the local page in their order with who is in them, at %i px', async (width) => {
    const visitor = await browser.visitor();
    const { page } = visitor;
    await page.setViewportSize({ width, height: 800 });
    await page.goto(laptop.url);
    await page.locator('#segments li').first().waitFor();
    expect(await page.locator('#stages li').allTextContents()).toEqual([
      '1trial-of-the-first-month',
      '0paying',
      '2visitor',
    ]);
    expect(await page.locator('#segments li').allTextContents()).toEqual(['1Whom we can write to by e-mail']);
    const colours = (await visitor.run(COLOURS)) as string[];
    expect(new Set(colours).size).toBe(3);
    expect(await visitor.run(OVERFLOWING)).toEqual([]);
    expect(visitor.surprises).toEqual([]);
  });
});

it('a message of the outbox can be read, and its links lead somewhere', async () => {
  const visitor = await browser.visitor();
  const { page } = visitor;
  await page.goto(laptop.url);
  await page.getByRole('link', { name: 'We miss you' }).click();
  await page.getByRole('cell', { name: 'List-Unsubscribe=One-Click' }).waitFor();
  const message = page.frameLocator('iframe');
  await message.getByText('Hello <b>Bea').waitFor();
  const [preferences] = await Promise.all([
    page.waitForEvent('popup'),
    message.getByRole('link', { name: 'Unsubscribe' }).click(),
  ]);
  await preferences.getByRole('button', { name: 'Unsubscribe from everything' }).waitFor();
  expect(visitor.surprises).toEqual([]);
});
