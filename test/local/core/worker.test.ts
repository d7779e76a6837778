import { describe, expect, test } from 'vitest';
import { minute, ref, start, startCloud, table, writeAssembly } from './support.ts';

/** Deploys one function of plain JavaScript and invokes it. */
async function invoke(source: string, event: unknown = {}, timeout = 5) {
  const { cloud, lines } = await startCloud(writeAssembly({ Lambda: { source, timeout } }));
  return { cloud, lines, result: await cloud.invoke('Lambda', event) };
}

const failed = (errorType: string, errorMessage: unknown = expect.any(String)) =>
  expect.objectContaining({ ok: false, error: expect.objectContaining({ errorType, errorMessage }) });

describe('an environment', () => {
  test('has the time of the cloud under Date, which stays Date otherwise', async () => {
    const { cloud, result } = await invoke(`
      export const handler = async () => ({
        now: Date.now(), new: new Date().toISOString(), text: typeof Date(), same: Date().slice(0, 15),
        instance: new Date() instanceof Date, constructor: new Date().constructor === Date,
        given: new Date(0).getTime(), parts: new Date(2020, 1, 1).getFullYear(), utc: Date.UTC(2020, 0, 1), parse: Date.parse('1970-01-02'),
        subclass: new (class extends Date {})() instanceof Date, name: Date.name, length: Date.length,
        intl: new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', year: 'numeric' }).format(new Date(0)),
      });`);
    expect(result).toEqual({
      ok: true,
      value: {
        now: start,
        new: '2026-03-01T00:00:00.000Z',
        text: 'string',
        same: 'Sun Mar 01 2026',
        instance: true,
        constructor: true,
        given: 0,
        parts: 2020,
        utc: Date.UTC(2020, 0, 1),
        parse: 86_400_000,
        subclass: true,
        name: 'Date',
        length: 7,
        intl: '1970',
      },
    });
    await cloud.advanceTo(start + 90 * minute);
    expect(await cloud.invoke('Lambda', {})).toMatchObject({ value: { new: '2026-03-01T01:30:00.000Z' } });
  });

  test('is killed when its time is over, and a new one serves the next invocation', async () => {
    const source = `let served = 0; export const handler = ({ spin }) => { while (spin); return ++served; };`;
    const { cloud, result } = await invoke(source, { spin: false }, 1);
    expect(result).toEqual({ ok: true, value: 1 });
    expect(await cloud.invoke('Lambda', { spin: true })).toEqual(
      failed('Sandbox.Timedout', 'Task timed out after 1.00 seconds'),
    );
    expect(await cloud.invoke('Lambda', { spin: false })).toEqual({ ok: true, value: 1 });
  });

  test('fails an invocation that returns with a call of the SDK in flight', async () => {
    const assembly = writeAssembly(
      { Lambda: { file: 'unawaited.ts', variables: { TABLE: ref('Things') } } },
      { Things: table() },
    );
    const { cloud } = await startCloud(assembly);
    const result = await cloud.invoke('Lambda', { wait: 'none' });
    expect(result).toEqual(failed('LocalCloud.UnawaitedCall', expect.stringContaining('DynamoDB_20120810.PutItem')));
    expect(await cloud.invoke('Lambda', { wait: 'all' })).toMatchObject({ ok: true });
  });

  test('lets one return that has given its call up', async () => {
    const assembly = writeAssembly(
      { Lambda: { file: 'unawaited.ts', variables: { TABLE: ref('Things') } } },
      { Things: table() },
    );
    const { cloud } = await startCloud(assembly);
    expect(await cloud.invoke('Lambda', { wait: 'given-up' })).toEqual({ ok: true, value: 'AbortError' });
  });

  test('refuses a call made after the handler returned, at the next invocation', async () => {
    const assembly = writeAssembly(
      { Lambda: { file: 'unawaited.ts', variables: { TABLE: ref('Things') } } },
      { Things: table() },
    );
    const { cloud, lines } = await startCloud(assembly);
    expect(await cloud.invoke('Lambda', { wait: 'later' })).toMatchObject({ ok: true });
    await expect.poll(() => lines.at(-1)).toContain('PutItem was called after the handler had returned');
    const next = await cloud.invoke('Lambda', { wait: 'all' });
    expect(next).toEqual(failed('LocalCloud.UnawaitedCall', expect.stringContaining('after the previous invocation')));
  });

  test.each([
    [
      'https',
      `import https from 'node:https'; export const handler = () => new Promise((_, no) => https.get('https://example.com/x').on('error', no));`,
    ],
    [
      'a named import',
      `import { request } from 'node:http'; export const handler = async () => request({ host: 'example.com', path: '/x' });`,
    ],
    ['fetch', `export const handler = () => fetch('https://example.com/x');`],
    ['a socket', `import net from 'node:net'; export const handler = async () => net.connect(443, 'example.com');`],
  ])('has no way out by %s', async (_, source) => {
    const { result } = await invoke(source);
    expect(result).toEqual(failed('Error', expect.stringMatching(/no way out: .*example\.com.* was refused/)));
  });

  test('has its own variables only, and tells its lines and errors', async () => {
    const { lines, result } = await invoke(`
      export const handler = async () => { console.log('one\\ntwo'); console.error('three'); throw new TypeError(Object.keys(process.env).sort().join()); };`);
    expect(result).toEqual(failed('TypeError', expect.stringContaining('AWS_ACCESS_KEY_ID,AWS_CONFIG_FILE')));
    expect(JSON.stringify(result)).not.toContain('PATH');
    await expect
      .poll(() => lines.map((line) => line.replace(/^Stack-Lambda-\w+: /, '')))
      .toEqual(expect.arrayContaining(['one', 'two', 'three']));
  });

  test.each([
    ['throws while loading', `throw new RangeError('no start'); export const handler = () => 1;`, 'RangeError'],
    ['exports no handler', `export const other = 1;`, 'Error'],
    ['leaves the process', `export const handler = () => process.exit(3);`, 'Runtime.ExitError'],
    ['answers too much', `export const handler = () => 'x'.repeat(7e6);`, 'Function.ResponseSizeTooLarge'],
  ])('says so when a function %s', async (_, source, errorType) => {
    const { result } = await invoke(source);
    expect(result).toEqual(failed(errorType));
  });

  test('serves one invocation at a time; others start environments up to the maximum, then wait', async () => {
    const source = `let busy = false;
      export const handler = async () => { if (busy) throw new Error('two at once'); busy = true; await new Promise((r) => setTimeout(r, 20)); busy = false; };`;
    const { cloud } = await startCloud(writeAssembly({ Lambda: { source } }), { environments: { Lambda: 2 } });
    const results = await Promise.all(Array.from({ length: 6 }, () => cloud.invoke('Lambda', {})));
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(cloud.functions.get('Lambda')?.pool.size).toBe(2);
  });
});
