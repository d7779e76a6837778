import { describe, expect, it, vi } from 'vitest';
import type { SendRequest } from '../../domain/delivery/send-request.ts';
import { dynamoSendLedger } from '../../lambdas/adapters/send-ledger.ts';
import { dynamoSendLedgerReader } from '../../lambdas/adapters/send-ledger-reader.ts';
import { START } from '../support/people.ts';
import { tables } from '../support/tables.ts';

const REQUEST: SendRequest = { sendId: 's1', user: 'k#u1', message: 'welcome', decidedAt: START, notAfter: START };
const ACCEPTED = { status: 'accepted', providerId: 'p1' } as const;

function ledger() {
  const { client } = tables();
  const pauses: number[] = [];
  const sends = dynamoSendLedger(client, 'sends', async (milliseconds) => {
    pauses.push(milliseconds);
  });
  return { client, pauses, sends, reader: dynamoSendLedgerReader(client, 'sends') };
}

describe('a claim', () => {
  it('is given once; who comes later hears how it stands and since when', async () => {
    const { sends } = ledger();
    const first = await sends.claim(REQUEST, 'a', START);
    expect(first).toEqual({ outcome: 'claimed', claim: { sendId: 's1', holder: 'a' } });
    expect(await sends.claim(REQUEST, 'b', START + 1)).toEqual({
      ...{ outcome: 'taken', status: 'claimed', holder: 'a', claimedAt: START, tries: 1, isReceived: false },
    });
    await sends.record({ sendId: 's1', holder: 'a' }, ACCEPTED);
    expect(await sends.claim(REQUEST, 'b', START + 2)).toMatchObject({ outcome: 'taken', status: 'accepted' });
  });

  it('is known again by its holder, whose first try may have been done without an answer', async () => {
    const { sends } = ledger();
    await sends.claim(REQUEST, 'a', START);
    expect(await sends.claim(REQUEST, 'a', START)).toMatchObject({ outcome: 'claimed' });
  });

  it('that somebody else has by now is not taken from him by a late second try', async () => {
    const { sends, reader } = ledger();
    await sends.claim(REQUEST, 'a', START);
    await sends.release({ sendId: 's1', holder: 'a' });
    await sends.claim(REQUEST, 'b', START);
    await sends.release({ sendId: 's1', holder: 'a' });
    await sends.record({ sendId: 's1', holder: 'a' }, { status: 'refused', reason: 'x' });
    expect(await reader.find('s1')).toMatchObject({ status: 'claimed' });
    await sends.record({ sendId: 's1', holder: 'b' }, ACCEPTED);
    await sends.release({ sendId: 's1', holder: 'b' });
    expect(await reader.find('s1')).toMatchObject({ status: 'accepted', providerId: 'p1' });
  });

  it('that was taken once more is given back as it was: what may have been sent is not forgotten', async () => {
    const { sends, reader } = ledger();
    await sends.claim(REQUEST, 'a', START);
    await sends.record({ sendId: 's1', holder: 'a' }, { status: 'unknown', reason: 'TimeoutError' });
    const taken = await sends.claim(REQUEST, 'b', START);
    const again = taken.outcome === 'taken' ? await sends.claimAgain('s1', taken, 'b', START) : undefined;
    if (again) await sends.release(again);
    expect(await reader.find('s1')).toMatchObject({ status: 'unknown' });
    expect(await sends.claim(REQUEST, 'c', START)).toMatchObject({ outcome: 'taken', status: 'unknown', tries: 1 });
  });

  it('that may be sent twice is claimed again by one, and its tries are counted', async () => {
    const { sends, reader } = ledger();
    const taken = async () => {
      const claiming = await sends.claim(REQUEST, 'z', START);
      if (claiming.outcome === 'claimed') throw new Error('Nobody had it');
      return claiming;
    };
    await sends.claim(REQUEST, 'a', START);
    await sends.record({ sendId: 's1', holder: 'a' }, { status: 'unknown', reason: 'TimeoutError' });
    const before = await taken();
    const b = await sends.claimAgain('s1', before, 'b', START + 1);
    expect(b).toMatchObject({ sendId: 's1', holder: 'b' });
    expect(await sends.claimAgain('s1', before, 'c', START)).toBeUndefined();
    // Its own first try, whose answer was lost.
    expect(await sends.claimAgain('s1', before, 'b', START + 1)).toEqual(b);
    expect(await taken()).toMatchObject({ status: 'claimed', holder: 'b', claimedAt: START + 1, tries: 2 });
    await sends.record({ sendId: 's1', holder: 'b' }, ACCEPTED);
    expect(await reader.find('s1')).toMatchObject({ status: 'accepted', providerId: 'p1' });
    expect((await reader.find('s1'))?.reason).toBeUndefined();
  });

  it('gets its outcome though the table refuses it longer than the SDK tries', async () => {
    const { client, pauses, sends, reader } = ledger();
    await sends.claim(REQUEST, 'a', START);
    const send = vi.spyOn(client, 'send');
    for (let i = 0; i < 3; i++) send.mockRejectedValueOnce(new Error('Throttled') as never);
    await sends.record({ sendId: 's1', holder: 'a' }, ACCEPTED);
    expect(pauses).toEqual([250, 1_000, 4_000]);
    expect(await reader.find('s1')).toMatchObject({ status: 'accepted' });
  });

  it('is not given back in silence when the table goes on refusing', async () => {
    const { client, sends } = ledger();
    await sends.claim(REQUEST, 'a', START);
    vi.spyOn(client, 'send').mockRejectedValue(new Error('Throttled') as never);
    await expect(sends.release({ sendId: 's1', holder: 'a' })).rejects.toThrow('Throttled');
  });
});
