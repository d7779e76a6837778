import type { LocalPerennial } from '../../local/perennial.ts';
import type { Sent } from '../support/people-oracle.ts';
import type { Request } from './lives.ts';

/** Posts all requests at once, each until it is accepted, as SDKs do. Answers with what was accepted. */
export async function deliver(perennial: LocalPerennial, requests: readonly Request[]): Promise<Sent[]> {
  const receivedAt = perennial.now();
  await Promise.all(requests.map((request) => postUntilAccepted(perennial, request)));
  return requests.flatMap(({ by, batch }) => batch.map((message) => ({ message, by, receivedAt })));
}

/** More than anything that goes wrong now and then can take. */
const TRIES = 100;

async function postUntilAccepted(perennial: LocalPerennial, { by, batch }: Request): Promise<void> {
  const key = by.kind === 'client' ? perennial.writeKey : perennial.serverKey;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const { status, body } = await perennial.cloud.request({
      method: 'POST',
      path: '/v1/batch',
      headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${key}:`)}` },
      body: Buffer.from(JSON.stringify({ batch })),
    });
    if (status === 200 && !String(body).includes('"rejected"')) return;
    if (status < 500) throw new Error(`Perennial answered ${status}: ${String(body)}`);
  }
  throw new Error(`A request was not accepted in ${TRIES} tries`);
}
