/** Posts events to a running Perennial as an app does. Throws on any answer but a success without rejections. */
export async function postBatch(url: string, writeKey: string, batch: readonly object[]): Promise<void> {
  const answer = await fetch(`${url}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${writeKey}:`)}` },
    body: JSON.stringify({ batch }),
  });
  const text = await answer.text();
  if (!answer.ok || text.includes('"rejected"'))
    throw new Error(`POST /v1/batch answered ${answer.status}: ${text.slice(0, 500)}`);
}

/** How many events fit into one request with room to spare: ours have less than 1 KB each. */
const EVENTS_PER_REQUEST = 200;

/** Posts any number of events, in their order. */
export async function postAll(url: string, writeKey: string, events: readonly object[]): Promise<void> {
  for (let i = 0; i < events.length; i += EVENTS_PER_REQUEST)
    await postBatch(url, writeKey, events.slice(i, i + EVENTS_PER_REQUEST));
}
