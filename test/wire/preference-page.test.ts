import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE } from '../../domain/calendar.ts';
import { Browser, type Visitor } from '../support/browser.ts';
import { Laptop } from '../support/laptop.ts';
import { Publisher } from '../support/publisher.ts';

let laptop: Laptop;
let browser: Browser;
beforeAll(async () => {
  [laptop, browser] = await Promise.all([Laptop.start(), Browser.start()]);
  const publisher = new Publisher(laptop);
  const value = { channel: 'email', address: 'news@shop.example' };
  await publisher.send('PUT', '/api/catalog/bindings/sender/news', { value });
  const topic = (name: string, description: string) => ({ name, description, channels: ['email'] });
  await publisher.definitions([
    { type: 'topic', key: 'news', body: topic('News', 'What is new in the shop, once a month') },
    { type: 'topic', key: 'offers', body: topic('Offers', 'When something you have looked at becomes cheaper') },
    { type: 'topic', key: 'club', body: { name: 'Club', channels: ['email'], doubleOptIn: true } },
    {
      type: 'brand',
      key: 'default',
      body: {
        name: 'Käsehaus',
        // Pale: white words on it nobody could read.
        colors: { primary: '#ffe08a' },
        senders: { marketing: { sender: 'news' } },
        footer: { en: { address: 'Shop Ltd', unsubscribe: 'Unsubscribe', preferences: 'Choose what you get' } },
      },
    },
    {
      type: 'template',
      key: 'welcome',
      body: { name: 'Hi', channel: 'email', topic: 'news', locales: { en: { subject: 'Hi', html: '<p>Hi</p>' } } },
    },
  ]);
  await laptop.perennial.advanceTo(laptop.perennial.now() + MINUTE);
}, 60_000);
afterAll(() => Promise.all([laptop?.stop(), browser?.stop()]));

const linkOf = async (userId: string, locale = 'en'): Promise<string> => {
  await laptop.post('/v1/identify', {
    ...{ userId, traits: { email: `${userId}@shop.example` }, context: { locale } },
  });
  const [, url = ''] = /href="([^"]*\/u\/[^"#]*)"/.exec(laptop.perennial.outbox(userId)[0]?.html ?? '') ?? [];
  expect(url).not.toBe('');
  return url;
};

const confirmLinkOf = async (userId: string): Promise<string> => {
  // After what she said on the page.
  await laptop.perennial.advanceTo(laptop.perennial.now() + MINUTE);
  await laptop.post(
    '/v1/track',
    { userId, event: 'Consent Granted', properties: { channel: 'email', topic: 'club' } },
    { authorization: `Basic ${btoa(`${laptop.perennial.serverKey}:`)}` },
  );
  return /https?:\S+\/c\/\S+/.exec(laptop.perennial.outbox(userId)[0]?.text ?? '')?.[0] ?? '';
};

/** What is wrong for somebody who does not see it, hear it, or point at it: WCAG 2.2 AA and what is good besides. */
const faults = async (visitor: Visitor): Promise<string[]> => {
  await visitor.page.evaluate(axe.source);
  const { violations } = (await visitor.run('axe.run()')) as axe.AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
};
const OVERFLOWING = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';

const looked = async (visitor: Visitor, name: string) => {
  if (process.env.SHOTS) await visitor.page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
  expect([await faults(visitor), await visitor.run(OVERFLOWING)], name).toEqual([[], false]);
};

describe.each([
  ['a desk', 1200, 'light'],
  // Also a window of 1280 px at 400 %: what WCAG calls reflow.
  ['a small phone by night', 320, 'dark'],
] as const)('the page of preferences on %s', (name, width, colorScheme) => {
  it('is good to use in each of its states', async () => {
    const visitor = await browser.visitor();
    const { page } = visitor;
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    const user = `ada-${width}-${colorScheme}`;
    await page.goto(await linkOf(user));
    const at = (state: string) => looked(visitor, `${name.replaceAll(/\W+/g, '-')}-${state}`);
    await at('fresh');
    await page.getByRole('checkbox', { name: 'Offers' }).uncheck();
    await page.getByRole('button', { name: 'Save my choice' }).click();
    await page.getByText('Saved. You get: News.', { exact: true }).waitFor();
    await at('saved');
    await page.getByRole('button', { name: 'Unsubscribe from everything' }).click();
    await page.getByText('You are unsubscribed from everything.', { exact: true }).waitFor();
    await at('left');
    await page.getByRole('button', { name: 'Subscribe again' }).click();
    await page.getByText('You are subscribed again.', { exact: true }).waitFor();
    await at('returned');
    expect(await page.getByRole('checkbox', { name: 'News' }).isChecked()).toBe(true);
    expect(await page.getByRole('checkbox', { name: 'Offers' }).isChecked()).toBe(false);
    await page.goto(`${laptop.url}/u/nothing`);
    await at('unknown');
    await page.goto(await confirmLinkOf(user));
    await at('asked');
    await page.getByRole('button', { name: 'Yes, subscribe me' }).click();
    await page.getByRole('heading', { name: 'You are subscribed to “Club”' }).waitFor();
    await at('confirmed');
    expect(visitor.surprises).toEqual([]);
  });
});

it('needs neither a mouse nor a script', async () => {
  const visitor = await browser.visitor({ javaScriptEnabled: false });
  const { page } = visitor;
  await page.goto(await linkOf('bea'));
  // The first thing she comes to is what she came for.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('You are unsubscribed from “News”.', { exact: true }).waitFor();
  expect(await page.getByRole('checkbox', { name: 'News' }).isChecked()).toBe(false);
  await page.getByRole('checkbox', { name: 'News' }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await page.getByText('Saved. You get: News, Offers.', { exact: true }).waitFor();
});

it('speaks her language, whatever her browser’s is', async () => {
  const visitor = await browser.visitor();
  const { page } = visitor;
  await page.goto(await linkOf('cleo', 'de-AT'));
  expect(await page.locator('html').getAttribute('lang')).toBe('de');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Deine E-Mails von Käsehaus');
  expect(await page.locator('#topics p').textContent()).toContain('c…@shop.example');
  await looked(visitor, 'german');
});
