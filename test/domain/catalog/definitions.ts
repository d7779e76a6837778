import type { Definition } from '../../../domain/catalog/definition.ts';

/** Definitions of which a test says only what it is about. */

export const segment = (key: string, where: object, name = key): Definition => ({
  type: 'segment',
  key,
  body: { name, where },
});

/** Everybody is in the first stage for seven days, and then in the second. */
export const lifecycle = (first: string, second: string): Definition => ({
  type: 'lifecycle',
  key: 'default',
  body: { stages: [{ name: first, when: { activity: 'first', ago: { lt: 'P7D' } } }], otherwise: second },
});

export const template = (key: string, body: object = {}): Definition => ({
  type: 'template',
  key,
  body: {
    ...{ name: key, channel: 'email', class: 'transactional', sender: 'news' },
    locales: { en: { subject: 'Hi', html: '<p>Hi' } },
    ...body,
  },
});

/** It begins with the step `a`. */
export const journey = (key: string, steps: object, body: object = {}): Definition => ({
  type: 'journey',
  key,
  body: { name: key, entries: [{ type: 'event', event: 'Order Completed' }], start: 'a', steps, ...body },
});
