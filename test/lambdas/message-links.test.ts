import { describe, expect, it } from 'vitest';
import type { PreparedEmail } from '../../domain/delivery/email/prepared.ts';
import { unpackLink } from '../../domain/delivery/preferences/preference-link.ts';
import type { UserKey } from '../../domain/state/user-key.ts';
import { suppressionName } from '../../lambdas/adapters/suppression-list.ts';
import { emailChannel } from '../../lambdas/delivery/email-channel.ts';
import { type WaysOut, waysOut } from '../../lambdas/delivery/message-links.ts';
import { sealedTokens } from '../../lambdas/delivery/sealed-tokens.ts';
import { identify, Person, START } from '../support/people.ts';

const tokens = sealedTokens(new Uint8Array(32).fill(7));
const links = waysOut({ tokens: async () => tokens, host: async () => 'https://shop.example' });
const template: PreparedEmail = { form: 1, class: 'marketing', topic: 'news', brand: 'shop', locales: {} };
const to = (user: UserKey | undefined) => ({ user, address: 'ada@example.com', sendId: 'l_7_1' });
const opened = (url: string) => {
  const [, token = ''] = /^https:\/\/shop\.example\/u\/([\w-]+)$/.exec(url) ?? [];
  return unpackLink(tokens.open('preferences', token));
};

describe('the links of a message', () => {
  it('know whom it was written to, about what, and in whose name; the address they know by its hash only', async () => {
    const { unsubscribeUrl, preferencesUrl } = await links(to('k#ada'), template);
    expect(preferencesUrl).toBe(`${unsubscribeUrl}#topics`);
    expect(opened(unsubscribeUrl)).toEqual({
      ...{ user: 'k#ada', address: suppressionName('ada@example.com') },
      ...{ sendId: 'l_7_1', topic: 'news', brand: 'shop' },
    });
  });

  it('know what it was decided about where its template does not say', async () => {
    const { topic: _, ...silent } = template;
    const { unsubscribeUrl } = await links({ ...to('k#ada'), topic: 'offers' }, silent);
    expect(opened(unsubscribeUrl)?.topic).toBe('offers');
    expect(opened((await links({ ...to('k#ada'), topic: 'offers' }, template)).unsubscribeUrl)?.topic).toBe('news');
  });

  it('are the same each time the message is put together', async () => {
    expect(await links(to('k#ada'), template)).toEqual(await links(to('k#ada'), template));
  });

  it('fit into a header for everybody: who has too long an id is known by her address alone', async () => {
    for (const length of [1, 100, 256]) {
      const { unsubscribeUrl } = await links(to(`k#${'é'.repeat(length)}`), template);
      expect(unsubscribeUrl.length).toBeLessThanOrEqual(868);
      expect(opened(unsubscribeUrl)?.address).toBe(suppressionName('ada@example.com'));
    }
    expect(opened((await links(to(`k#${'é'.repeat(256)}`), template)).unsubscribeUrl)?.user).toBeUndefined();
  });

  it('know nobody where the address is not known to be hers', async () => {
    const ways = await links({ ...to(undefined), confirms: { topic: 'club', at: 1 } }, template);
    expect(opened(ways.unsubscribeUrl)).not.toHaveProperty('user');
    expect(ways).not.toHaveProperty('confirmUrl');
  });

  it('of what a program sends to somebody else about her say nothing of her, and change nothing of hers', async () => {
    const { profile } = new Person().receives(identify({ email: 'ada@example.com' }, START));
    let ways: WaysOut | undefined;
    const channel = emailChannel(
      { send: () => Promise.reject(new Error('Nothing is sent')) },
      async (_message, _profile, about) => {
        ways = await about?.waysOut?.(template);
        return { outcome: 'refused', reason: 'asked for its links only' };
      },
      links,
      async (_message, _profile, html) => html,
    );
    const request = { sendId: 's', user: 'k#u1', message: 'receipt', decidedAt: START, notAfter: START } as const;
    const knows = async (address?: string) => {
      const asked = { source: 'shop', ...(address && { to: address }) };
      if (profile) await channel.render({ ...request, asked }, profile);
      return opened(ways?.unsubscribeUrl ?? '');
    };
    expect(await knows()).toMatchObject({ user: 'k#u1', address: suppressionName('ada@example.com') });
    expect(await knows('ada@example.com')).toMatchObject({ user: 'k#u1' });
    const bens = await knows('ben@example.com');
    expect(bens).toMatchObject({ address: suppressionName('ben@example.com') });
    expect(bens).not.toHaveProperty('user');
  });

  it('of an older or newer form are read as far as they are known, or not at all', () => {
    for (const content of [undefined, null, 1, 'a', [], {}, { a: 1, s: 2 }, { a: 'email#0' }])
      expect(unpackLink(content)).toBeUndefined();
    expect(unpackLink({ a: 'email#0', s: 's', u: 'ada', t: 1, more: true })).toEqual({
      address: 'email#0',
      sendId: 's',
    });
  });
});
