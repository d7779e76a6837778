import type { Interceptor } from '../endpoint.ts';
import type { AwsRequest, AwsResponse } from '../service.ts';

type Next = Parameters<Interceptor>[1];

/** A batch of which a part can be left undone with an answer of 200. */
interface Divisible<Item> {
  items(input: never): readonly Item[];
  /** The same request with these items only. */
  only(input: never, items: readonly Item[]): unknown;
  /** The answer to what was done, with what was not. `all` says where each stood. */
  answer(body: unknown, left: readonly Item[], all: readonly Item[], input: never): unknown;
}

interface SendEntry {
  readonly Id: string;
}

const SEND_MESSAGES: Divisible<SendEntry> = {
  items: ({ Entries }: { Entries: readonly SendEntry[] }) => Entries,
  only: (input: object, Entries) => ({ ...input, Entries }),
  answer: ({ Successful = [], Failed = [] }: { Successful?: object[]; Failed?: object[] }, left) => ({
    Successful,
    Failed: [
      ...Failed,
      ...left.map(({ Id }) => ({ Id, SenderFault: false, Code: 'InternalError', Message: 'Try again' })),
    ],
  }),
};

/** One table's part of a request: `Keys` to get, or a list of writes. */
type Asked = readonly unknown[] | { readonly Keys: readonly unknown[] };
interface TableItem {
  readonly table: string;
  readonly item: unknown;
}

const listOf = (asked: Asked): readonly unknown[] => ('Keys' in asked ? asked.Keys : asked);

const inTables = (name: 'UnprocessedKeys' | 'UnprocessedItems'): Divisible<TableItem> => ({
  items: ({ RequestItems }: { RequestItems: Record<string, Asked> }) =>
    Object.entries(RequestItems).flatMap(([table, asked]) => listOf(asked).map((item) => ({ table, item }))),
  only: (input: { RequestItems: Record<string, Asked> }, items) => ({ ...input, RequestItems: askedFor(input, items) }),
  answer: (body: object, left, _all, input: { RequestItems: Record<string, Asked> }) => ({
    ...body,
    [name]: askedFor(input, left),
  }),
});

function askedFor({ RequestItems }: { RequestItems: Record<string, Asked> }, items: readonly TableItem[]) {
  return Object.fromEntries(
    Object.entries(RequestItems).flatMap(([table, asked]) => {
      const kept = items.filter((one) => one.table === table).map(({ item }) => item);
      if (kept.length === 0) return [];
      return [[table, 'Keys' in asked ? { ...asked, Keys: kept } : kept]];
    }),
  );
}

const PUT_EVENTS: Divisible<object> = {
  items: ({ Entries }: { Entries: readonly object[] }) => Entries,
  only: (input: object, Entries) => ({ ...input, Entries }),
  // Entries of the answer stand in the order of the request.
  answer({ Entries = [] }: { Entries?: object[] }, left, all) {
    const done = [...Entries];
    const answered = all.map((entry) =>
      left.includes(entry) ? { ErrorCode: 'InternalFailure', ErrorMessage: 'Try again' } : done.shift(),
    );
    return { FailedEntryCount: left.length, Entries: answered };
  },
};

const DIVISIBLE: Readonly<Record<string, Divisible<unknown>>> = {
  'sqs:SendMessageBatch': SEND_MESSAGES as Divisible<unknown>,
  'dynamodb:BatchGetItem': inTables('UnprocessedKeys') as Divisible<unknown>,
  'dynamodb:BatchWriteItem': inTables('UnprocessedItems') as Divisible<unknown>,
  'events:PutEvents': PUT_EVENTS as Divisible<unknown>,
};

/** Whether AWS could do a part of a request and leave the rest. */
export function isDivisible({ service, action, input }: AwsRequest): boolean {
  return (DIVISIBLE[`${service}:${action}`]?.items(input as never).length ?? 0) > 0;
}

/** Does a part of a batch, perhaps none of it, and tells of the rest as AWS does. */
export async function inPart(request: AwsRequest, next: Next, random: () => number): Promise<AwsResponse> {
  const kind = DIVISIBLE[`${request.service}:${request.action}`] as Divisible<unknown>;
  const input = request.input as never;
  const all = kind.items(input);
  const left = all.filter(() => random() < 0.5);
  if (left.length === 0) left.push(all[0]);
  const done = all.filter((item) => !left.includes(item));
  const answer: AwsResponse =
    done.length === 0 ? { status: 200, body: {} } : await next({ ...request, input: kind.only(input, done) });
  if (answer.status !== 200) return answer;
  return { ...answer, body: kind.answer(answer.body, left, all, input) };
}
