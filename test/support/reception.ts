import { postBatch } from '../../local/events-client.ts';
import type { Laptop } from './laptop.ts';
import type { Message, Sent } from './people-oracle.ts';
import { APP, type Life, SERVER } from './random-lives.ts';

/** What is received at each moment, of all people, in the order of time. */
export function byReception(lives: readonly Life[]): Map<number, Sent[]> {
  const rounds = new Map<number, Sent[]>();
  for (const one of lives.flatMap(({ sent }) => sent).sort((a, b) => a.receivedAt - b.receivedAt))
    put(rounds, one.receivedAt, one);
  return rounds;
}

/**
 * A request this small is one message of the queue: what a person sends at one moment is then reduced together, and so
 * in the order in which it happened.
 */
const REQUEST_BYTES = 40_000;

/** Everything that was received at one moment, and what follows from it. */
export async function deliver({ perennial }: Laptop, sent: readonly Sent[]): Promise<void> {
  const { url, writeKey, serverKey } = perennial;
  for (const [by, key] of [[APP, writeKey] as const, [SERVER, serverKey] as const])
    for (const request of requestsOf(sent.filter((one) => one.by === by))) await postBatch(url, key, request);
  await perennial.settle();
}

function requestsOf(sent: readonly Sent[]): Message[][] {
  const byLife = new Map<string, Message[]>();
  for (const { message } of sent) put(byLife, whoseLife(message), message);
  const requests: Message[][] = [];
  let bytes = REQUEST_BYTES;
  for (const messages of byLife.values()) {
    const size = JSON.stringify(messages).length;
    if (bytes + size >= REQUEST_BYTES) {
      requests.push([]);
      bytes = 0;
    }
    bytes += size;
    requests.at(-1)?.push(...messages);
  }
  return requests;
}

/** Message ids begin with the life they belong to. */
const whoseLife = ({ messageId }: Message): string => messageId.split('/')[0] ?? '';

function put<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
