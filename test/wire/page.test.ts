import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY } from '../../domain/calendar.ts';
import { Browser } from '../support/browser.ts';
import { Laptop } from '../support/laptop.ts';

let laptop: Laptop;
let browser: Browser;
beforeAll(async () => {
  [laptop, browser] = await Promise.all([Laptop.start(), Browser.start()]);
  await laptop.post('/v1/track', { userId: 'ada', event: 'Product Viewed' });
  await laptop.post('/v1/identify', { userId: 'x'.repeat(200), traits: { email: `${'y'.repeat(60)}@example.com` } });
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
