import type { LocalPerennial } from '../../local/perennial.ts';
import { RECEIPT } from './published.ts';

/** More than anything that goes wrong now and then can take. */
const TRIES = 100;

/** Asks for a receipt for each order, each until it is accepted, as a server does. Answers with the ids of the messages. */
export function askForReceipts(perennial: LocalPerennial, orders: readonly string[]): Promise<readonly string[]> {
  return Promise.all(orders.map((order) => askUntilAccepted(perennial, order)));
}

async function askUntilAccepted(perennial: LocalPerennial, order: string): Promise<string> {
  const asked = { template: RECEIPT, to: { email: `${order}@example.com` }, idempotencyKey: order };
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const { status, body } = await perennial.cloud.request({
      method: 'POST',
      path: '/v1/messages',
      headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${perennial.serverKey}:`)}` },
      body: Buffer.from(JSON.stringify(asked)),
    });
    if (status === 202) return (JSON.parse(String(body)) as { id: string }).id;
    if (status < 500) throw new Error(`Perennial answered ${status}: ${String(body)}`);
  }
  throw new Error(`A message was not accepted in ${TRIES} tries`);
}
