import { describe, expect, it } from 'vitest';
import { AnswerLost, EnvironmentKilled } from '../../../local/cloud/endpoint.ts';
import { CALL_FAULTS, type CallFault } from '../../../local/cloud/faults/call-faults.ts';
import { Faults } from '../../../local/cloud/faults/faults.ts';
import { INVOCATION_FAULTS, type InvocationFault } from '../../../local/cloud/faults/invocation-faults.ts';
import type { AwsRequest, AwsResponse } from '../../../local/cloud/service.ts';
import { randomFrom } from '../../../local/demo/random.ts';

const call = (service: string, action: string, input: object): AwsRequest => ({
  service,
  action,
  input,
  caller: 'ASIA',
  method: 'POST',
  path: '/',
  headers: {},
});
const put = call('dynamodb', 'PutItem', { TableName: 't' });

/** What came through to the service, and what came back. */
async function befallen(fault: CallFault, request: AwsRequest, answer: (input: never) => object = () => ({})) {
  const done: AwsRequest[] = [];
  const next = (one: AwsRequest): AwsResponse => {
    done.push(one);
    return { status: 200, body: answer(one.input as never) };
  };
  // The first of two is left out, the second done.
  let asked = 0;
  const random = () => (asked++ % 2 === 0 ? 0.1 : 0.9);
  try {
    const answered = await CALL_FAULTS[fault].befall(request, next, random);
    return { done, answered };
  } catch (error) {
    return { done, error };
  }
}

describe('a call', () => {
  it.each([
    ['throttled', 0],
    ['failed', 0],
    ['failed when done', 1],
  ] as const)('that is %s is answered with an error, done %i times', async (fault, times) => {
    const { done, answered } = await befallen(fault, put);
    expect(done).toHaveLength(times);
    expect(answered?.status).toBeGreaterThanOrEqual(400);
  });

  it.each([
    ['answer lost', 0, AnswerLost],
    ['answer lost when done', 1, AnswerLost],
    ['killed before', 0, EnvironmentKilled],
    ['killed after', 1, EnvironmentKilled],
  ] as const)('with %s has no answer, done %i times', async (fault, times, kind) => {
    const { done, error } = await befallen(fault, put);
    expect(done).toHaveLength(times);
    expect(error).toBeInstanceOf(kind);
  });

  it('to send is sent twice, or late by seconds, never beyond what a queue may delay', async () => {
    const send = call('sqs', 'SendMessageBatch', { Entries: [{ Id: '0', MessageBody: 'm', DelaySeconds: 899 }] });
    expect((await befallen('sent twice', send)).done).toHaveLength(2);
    const [late] = (await befallen('sent late', send)).done;
    expect(late?.input).toEqual({ Entries: [{ Id: '0', MessageBody: 'm', DelaySeconds: 900 }] });
  });

  it.each([
    [
      call('sqs', 'SendMessageBatch', { Entries: [{ Id: 'a' }, { Id: 'b' }] }),
      ({ Entries }: { Entries: { Id: string }[] }) => ({ Successful: Entries.map(({ Id }) => ({ Id })) }),
      ({ Successful, Failed }: { Successful: { Id: string }[]; Failed: { Id: string }[] }) =>
        [...Successful, ...Failed].map(({ Id }) => Id).sort(),
      ['a', 'b'],
    ],
    [
      call('dynamodb', 'BatchGetItem', { RequestItems: { t: { Keys: ['a', 'b'], ConsistentRead: true } } }),
      ({ RequestItems }: { RequestItems: { t: { Keys: string[] } } }) => ({ Responses: { t: RequestItems.t.Keys } }),
      ({ Responses, UnprocessedKeys }: { Responses?: { t: string[] }; UnprocessedKeys: { t: { Keys: string[] } } }) =>
        [...(Responses?.t ?? []), ...UnprocessedKeys.t.Keys].sort(),
      ['a', 'b'],
    ],
    [
      call('dynamodb', 'BatchWriteItem', { RequestItems: { t: ['a', 'b'] } }),
      () => ({}),
      ({ UnprocessedItems }: { UnprocessedItems: { t: string[] } }) => UnprocessedItems.t.length > 0,
      true,
    ],
    [
      call('events', 'PutEvents', { Entries: [{ Detail: 'a' }, { Detail: 'b' }] }),
      ({ Entries }: { Entries: { Detail: string }[] }) => ({
        Entries: Entries.map(({ Detail }) => ({ EventId: Detail })),
      }),
      ({ FailedEntryCount, Entries }: { FailedEntryCount: number; Entries: { ErrorCode?: string }[] }) =>
        Entries.length === 2 && Entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length === FailedEntryCount,
      true,
    ],
  ])(
    '%j done in part says of each item that it was done or not, with 200',
    async (request, service, told, expected) => {
      const { answered } = await befallen('done in part', request, service as never);
      expect(answered?.status).toBe(200);
      expect(told(answered?.body as never)).toEqual(expected);
    },
  );

  it('that is no batch is never done in part', () => {
    expect(CALL_FAULTS['done in part'].canBefall(put)).toBe(false);
  });
});

describe('an invocation', () => {
  it.each([
    ['not run', 0, false],
    ['outcome lost', 1, false],
    ['run twice', 2, true],
    ['run at the same time', 2, true],
    ['missed', 0, true],
  ] as [InvocationFault, number, boolean][])('%s: is run %i times, and succeeds: %s', async (fault, times, ok) => {
    let run = 0;
    const result = await INVOCATION_FAULTS[fault].befall(async () => {
      run++;
      return { ok: true, value: null };
    });
    expect([run, result.ok]).toEqual([times, ok]);
  });

  it('of the gateway is not repeated, and only one of a schedule is missed', () => {
    const http = { logicalId: 'F', event: { requestContext: {} } };
    expect(INVOCATION_FAULTS['run twice'].canBefall(http)).toBe(false);
    expect(INVOCATION_FAULTS.missed.canBefall(http)).toBe(false);
    expect(INVOCATION_FAULTS.missed.canBefall({ logicalId: 'F', event: { 'detail-type': 'Scheduled Event' } })).toBe(
      true,
    );
  });
});

describe('faults by seed', () => {
  const run = async (seed: number) => {
    const faults = new Faults({ random: randomFrom(seed), calls: 10, invocations: 10 });
    const answers: string[] = [];
    for (let i = 0; i < 100; i++) {
      const answered = Promise.resolve().then(() => faults.interceptor(put, () => ({ status: 200, body: {} })));
      answers.push(
        await answered.then(
          ({ status }) => String(status),
          (error: Error) => error.constructor.name,
        ),
      );
    }
    return { faults, answers };
  };

  it('come at least every so many calls, and the same way for the same seed', async () => {
    const { faults, answers } = await run(7);
    expect(faults.total).toBeGreaterThanOrEqual(10);
    expect((await run(7)).answers).toEqual(answers);
    expect((await run(8)).answers).not.toEqual(answers);
  });

  it('end when they are told to', () => {
    const faults = new Faults({ random: randomFrom(7), calls: 1, invocations: 1 });
    faults.active = false;
    expect(faults.interceptor(put, () => ({ status: 200, body: 'done' }))).toEqual({ status: 200, body: 'done' });
  });
});
