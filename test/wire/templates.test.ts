import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../domain/calendar.ts';
import { Laptop } from '../support/laptop.ts';
import { Publisher } from '../support/publisher.ts';

const mjml = (text: string) =>
  `<mjml><mj-body><mj-section><mj-column><mj-text>${text}</mj-text></mj-column></mj-section></mj-body></mjml>`;

describe('a template that somebody publishes', () => {
  let laptop: Laptop;
  let publisher: Publisher;
  beforeAll(async () => {
    laptop = await Laptop.start();
    publisher = new Publisher(laptop);
  });
  afterAll(() => laptop.stop());

  const comes = async (userId: string, traits: object, locale: string) => {
    await laptop.post('/v1/identify', {
      userId,
      traits: { email: `${userId}@example.com`, ...traits },
      context: { locale },
    });
    await laptop.perennial.settle();
    return laptop.perennial.outbox(userId);
  };

  it('reaches each person in her language, from the sender of its brand', async () => {
    expect(await comes('ada', { firstName: 'Ada' }, 'de-AT')).toMatchObject([{ subject: 'Welcome!' }]);
    const value = { channel: 'email', address: 'news@shop.example', name: 'Läden & Co.' };
    await publisher.send('PUT', '/api/catalog/bindings/sender/news', { value });
    await publisher.definitions([
      {
        type: 'brand',
        key: 'default',
        body: {
          name: 'Shop',
          senders: { marketing: { sender: 'news' } },
          footer: { en: { address: 'Shop Ltd, 1 High Street', unsubscribe: 'Unsubscribe' } },
        },
      },
      { type: 'snippet', key: 'ps', body: { name: 'PS', locales: { en: 'PS: come by.', de: 'PS: Komm vorbei.' } } },
      {
        type: 'template',
        key: 'welcome',
        body: {
          ...{ name: 'Welcome', channel: 'email', fallback: 'en' },
          locales: {
            en: { subject: 'Hello {{ person.firstName }}', mjml: mjml('Good to see you. {% snippet "ps" %}') },
            de: { subject: 'Hallo {{ person.firstName }}', mjml: mjml('Schön, dich zu sehen. {% snippet "ps" %}') },
          },
        },
      },
    ]);
    // By then every worker has heard of it.
    await laptop.perennial.advanceTo(laptop.perennial.now() + MINUTE + 10 * SECOND);
    expect(await comes('bea', { firstName: '<b>Bea</b>\r\nBcc: x' }, 'de-AT')).toMatchObject([
      {
        from: '=?UTF-8?B?TMOkZGVuICYgQ28u?= <news@shop.example>',
        subject: 'Hallo <b>Bea</b> Bcc: x',
        text: expect.stringMatching(/^Schön, dich zu sehen. PS: Komm vorbei.\n\n-- \nShop Ltd/),
        html: expect.stringContaining('Schön, dich zu sehen. PS: Komm vorbei.'),
      },
    ]);
    expect(await comes('cleo', { firstName: 'Cléo' }, 'fr-FR')).toMatchObject([{ subject: 'Hello Cléo' }]);
  });
});
