import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFolder } from '../../commands/catalog/folder.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/calendar.ts';
import { Laptop } from '../support/laptop.ts';
import { START } from '../support/people.ts';
import { Publisher } from '../support/publisher.ts';

/** What the README tells a newcomer to do under “Your first journey”, in its order. */

let laptop: Laptop;
let publisher: Publisher;
beforeAll(async () => {
  laptop = await Laptop.start();
  publisher = new Publisher(laptop);
});
afterAll(() => laptop.stop());

const track = (event: string, properties: object) =>
  laptop.post('/v1/track', { userId: 'cleo', messageId: event, event, properties });

async function why() {
  const answer = await laptop.admin('/api/profiles/cleo/why?journey=abandoned-cart');
  return ((await answer.json()) as { readonly runs: readonly { readonly says: readonly string[] }[] }).runs[0]?.says;
}

describe('the abandoned cart of the playbooks', () => {
  it('is published as it is, once the stage says who writes', async () => {
    const { definitions, problems } = readFolder('playbooks/abandoned-cart');
    expect(problems).toEqual([]);
    await expect(publisher.definitions(definitions)).rejects.toThrow('missing-binding');
    const value = { channel: 'email', address: 'hello@shop.example', name: 'Shop' };
    await publisher.send('PUT', '/api/catalog/bindings/sender/shop', { value });
    const items = definitions.map(({ type, key }) => ({ type, key }));
    const published = await publisher.send('POST', '/api/catalog/publish', { items, expect: 0 });
    expect(published).toMatchObject({ number: 1 });
    await laptop.perennial.advanceTo(START + 2 * MINUTE);
  });

  it('reminds her of what she left, an hour after she left it', async () => {
    await laptop.post('/v1/identify', {
      ...{ userId: 'cleo', messageId: 'signs-up', traits: { firstName: 'Cleo', email: 'cleo@example.com' } },
    });
    await track('Product Added', { name: 'Straw hat', price: 39 });
    const left = laptop.perennial.now();
    await laptop.perennial.advanceTo(left + HOUR - SECOND);
    expect(laptop.subjects('cleo')).toEqual(['Welcome!']);
    await laptop.perennial.advanceTo(left + HOUR + SECOND);
    expect(laptop.subjects('cleo')).toEqual(['Welcome!', 'Cleo, your cart is waiting']);
    expect(laptop.perennial.outbox('cleo')[0]?.html).toContain('you left Straw hat in your cart');
  });

  it('leaves her alone when she has bought, and says what it brought', async () => {
    await track('Order Completed', { revenue: 39, currency: 'EUR' });
    expect(await why()).toContainEqual(expect.stringContaining('She reached the goal'));
    await laptop.perennial.advanceTo(laptop.perennial.now() + 3 * DAY);
    expect(laptop.subjects('cleo')).toHaveLength(2);
    const counts = await (await laptop.admin('/api/journeys/abandoned-cart/counts')).json();
    expect(counts).toMatchObject({
      versions: [{ people: { entered: 1, inside: 0, converted: 1, left: { goal: 1 }, revenue: { EUR: 39 } } }],
    });
  });
});
