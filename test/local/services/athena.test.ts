import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  ListWorkGroupsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  type StartQueryExecutionInput,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { expect, onTestFinished, test } from 'vitest';
import type { Need } from '../../../local/cloud/permissions/needs/need.ts';
import { Quiet } from '../../../local/cloud/quiet.ts';
import { Athena } from '../../../local/cloud/services/athena/athena.ts';
import { GlueCatalog } from '../../../local/cloud/services/glue/catalog.ts';
import { lakeTableOf, type TableInput } from '../../../local/cloud/services/glue/lake-table.ts';
import { ObjectStore } from '../../../local/cloud/services/s3/object-store.ts';
import { clientOf, failure, TestClock } from './support.ts';

const input: TableInput = {
  Name: 'lines',
  TableType: 'EXTERNAL_TABLE',
  PartitionKeys: [{ Name: 'datehour', Type: 'string' }],
  Parameters: {
    'projection.enabled': 'true',
    'projection.datehour.type': 'date',
    'projection.datehour.format': 'yyyy/MM/dd/HH',
    'projection.datehour.interval': '1',
    'projection.datehour.interval.unit': 'HOURS',
    'projection.datehour.range': '2026/10/01/00,NOW',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Athena's own.
    'storage.location.template': 's3://lake/raw/${datehour}/',
  },
  StorageDescriptor: {
    Columns: [{ Name: 'line', Type: 'string' }],
    Location: 's3://lake/raw/',
    InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe' },
  },
};

type Asked = Partial<StartQueryExecutionInput> & { readonly QueryString: string };

/** A lake of three hours, with a question's whole way: its execution when it is over, and its rows. */
function given({ cutoff, may = () => true }: { cutoff?: number; may?: (need: Need) => boolean } = {}) {
  const clock = new TestClock('2026-11-01T12:30:00Z');
  const objects = new ObjectStore();
  objects.createBucket('lake');
  const put = (key: string, ...lines: string[]) =>
    objects.put('lake', { key: `raw/${key}`, body: Buffer.from(lines.map((line) => `${line}\n`).join('')), at: 0 });
  put('2026/11/01/10/a', '{"n":1}', '{"n":2}');
  put('2026/11/01/11/a', '{"n":3}');
  put('2026/11/01/12/a', '{"n":4}');
  const catalog = new GlueCatalog();
  catalog.createDatabase('shop');
  catalog.createTable('shop', lakeTableOf(input));
  const quiet = new Quiet();
  const asked: Need[] = [];
  const athena = new Athena({
    ...{ clock, activity: quiet, catalog, objects },
    may: (_caller, need) => {
      asked.push(need);
      return may(need);
    },
  });
  onTestFinished(() => athena.stop());
  athena.createWorkGroup({ name: 'team', outputLocation: 's3://lake/answers/', bytesScannedCutoff: cutoff });
  const client = new AthenaClient(clientOf(athena));
  const start = ({ QueryString, ...more }: Asked) => {
    const context = { WorkGroup: 'team', QueryExecutionContext: { Database: 'shop' } };
    return client.send(new StartQueryExecutionCommand({ QueryString, ...context, ...more }));
  };
  const execution = async (QueryExecutionId = '') => {
    const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    return QueryExecution as QueryExecution;
  };
  const answer = async (query: Asked) => {
    const { QueryExecutionId: id } = await start(query);
    await quiet.whenQuiet();
    const { Status, Statistics, ResultConfiguration } = await execution(id);
    const csv = objects.get('lake', `answers/${id}.csv`)?.body.toString();
    return { id, state: Status?.State, reason: Status?.StateChangeReason, Statistics, ResultConfiguration, csv };
  };
  return { put, objects, asked, client, quiet, start, execution, answer };
}

const ofLines = (where = '') => `SELECT line FROM lines ${where} ORDER BY line`;

test('a query is under way, then done; its rows lie where the workgroup says', async () => {
  const { start, execution, quiet, answer } = given();
  const { QueryExecutionId } = await start({ QueryString: ofLines() });
  expect((await execution(QueryExecutionId)).Status?.State).toBe('RUNNING');
  expect(quiet.labels()).toEqual([`athena:${QueryExecutionId}`]);
  const { id, ...done } = await answer({ QueryString: 'SELECT count(*) AS lines FROM lines' });
  expect(done).toMatchObject({
    state: 'SUCCEEDED',
    Statistics: { DataScannedInBytes: 32 },
    ResultConfiguration: { OutputLocation: `s3://lake/answers/${id}.csv` },
    csv: '"lines"\n"4"\n',
  });
});

test('all values are in quotes, quotes doubled; null is nothing, which an empty text is not', async () => {
  const { objects, answer } = given();
  for (const { key } of [...objects.list('lake', 'raw/')]) objects.delete('lake', key);
  const lines = ['{"a":"x,\\n\\"y\\"","b":""}', '\\N and a \\ and, a "quote"', '', '{"a":null}'];
  objects.put('lake', { key: 'raw/2026/11/01/10/b', body: Buffer.from(lines.join('\n')), at: 0 });
  const { csv } = await answer({
    QueryString: `SELECT line, json_extract_scalar(line, '$.a') AS a, json_extract_scalar(line, '$.b') AS b FROM lines`,
  });
  expect(csv?.split('\n').slice(1)).toEqual([
    '"{""a"":""x,\\n\\""y\\"""",""b"":""""}","x,',
    '""y""",""',
    '"\\N and a \\ and, a ""quote""",,',
    '"",,',
    '"{""a"":null}",,',
    '',
  ]);
});

test('json_extract_scalar is null for what is no JSON and for what is no scalar', async () => {
  const { put, answer } = given();
  const expected: readonly (readonly [line: string, a: string | null])[] = [
    ['{"a":"ä \\u00e4"}', 'ä ä'],
    ['{"a":"{curly"}', '{curly'],
    ['{"a":"[]"}', '[]'],
    ['{"a":12}', '12'],
    ['{"a":true}', 'true'],
    ['{"a":null}', null],
    ['{"a":{"b":1}}', null],
    ['{"a":[1]}', null],
    ['{"b":1}', null],
    ['{"a":1', null],
    ['no JSON', null],
  ];
  put('2026/11/01/12/b', ...expected.map(([line]) => line));
  const { csv } = await answer({
    QueryString: `SELECT line, json_extract_scalar(line, '$.a') AS a FROM lines WHERE json_extract_scalar(line, '$.n') IS NULL`,
  });
  for (const [line, a] of expected)
    expect(csv).toContain(`"${line.replaceAll('"', '""')}",${a === null ? '' : `"${a}"`}\n`);
});

test.each([
  ['WHERE datehour = ?', ['2026/11/01/11'], [3]],
  ['WHERE datehour >= ?', ['2026/11/01/11'], [3, 4]],
  ["WHERE datehour < ? AND line <> ''", ['2026/11/01/11'], [1, 2]],
  ['WHERE datehour BETWEEN ? AND ?', ['2026/11/01/11', '2099/01/01/00'], [3, 4]],
  ["WHERE datehour BETWEEN '2026/11/01/10' AND '2026/11/01/10'", [], [1, 2]],
  ['WHERE datehour > ? OR line = line', ['2026/11/01/11'], [1, 2, 3, 4]],
])('what is read follows from the condition %s', async (where, hours, read) => {
  const { answer, asked } = given();
  const ExecutionParameters = hours.map((hour) => `'${hour}'`);
  const { Statistics, state } = await answer({
    ...{ QueryString: ofLines(where) },
    ...(hours.length > 0 && { ExecutionParameters }),
  });
  expect(state).toBe('SUCCEEDED');
  expect(Statistics?.DataScannedInBytes).toBe(read.length * 8);
  expect(asked.filter(({ action }) => action === 's3:GetObject')).toHaveLength(
    new Set(read.map((n) => (n < 3 ? 1 : n))).size,
  );
});

test('an hour before the projection or after the present is not looked at', async () => {
  const { put, answer } = given();
  put('2026/09/30/23/a', '{"n":0}');
  put('2026/11/01/13/a', '{"n":5}');
  expect((await answer({ QueryString: 'SELECT min(line) AS a, max(line) AS z FROM lines' })).csv).toBe(
    '"a","z"\n"{""n"":1}","{""n"":4}"\n',
  );
});

test('an object that was replaced or deleted is not remembered', async () => {
  const { put, objects, answer } = given();
  await answer({ QueryString: ofLines() });
  put('2026/11/01/12/a', '{"n":5}');
  objects.delete('lake', 'raw/2026/11/01/10/a');
  expect((await answer({ QueryString: ofLines() })).csv).toBe('"line"\n"{""n"":3}"\n"{""n"":5}"\n');
});

test.each<[string, Asked]>([
  ['WorkGroup nobody is not found', { QueryString: ofLines(), WorkGroup: 'nobody' }],
  ['syntax error', { QueryString: 'SELECT FROM WHERE' }],
  ['Only SELECT', { QueryString: "COPY lines TO '/tmp/x'" }],
  ['the function json_extract_string', { QueryString: "SELECT json_extract_string(line, '$.a') FROM lines" }],
  ['table functions', { QueryString: "SELECT * FROM read_text('/etc/hostname')" }],
  ['the type DATE', { QueryString: 'SELECT CAST(line AS date) FROM lines' }],
  ['1024 characters', { QueryString: ofLines('WHERE line = ?'), ExecutionParameters: [`'${'x'.repeat(1_023)}'`] }],
  ['ResultConfiguration', { QueryString: ofLines(), ResultConfiguration: { OutputLocation: 's3://lake/elsewhere/' } }],
])('is refused at once: %s', async (message, query) => {
  const error = await failure(given().start(query));
  expect(error.name).toBe('InvalidRequestException');
  expect(error.message).toContain(message);
});

test.each<[string, Asked]>([
  ["TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.shop.other'", { QueryString: 'SELECT * FROM other' }],
  ['SCHEMA_NOT_FOUND', { QueryString: ofLines(), QueryExecutionContext: { Database: 'market' } }],
  ['expected 1 but found 0', { QueryString: ofLines('WHERE line = ?') }],
  [
    "COLUMN_NOT_FOUND: line 1:1: Column 'bare' cannot be resolved",
    { QueryString: ofLines('WHERE line = ?'), ExecutionParameters: ['bare'] },
  ],
  ['missing', { QueryString: 'SELECT missing FROM lines' }],
])('fails while it runs: %s', async (reason, query) => {
  const answer = await given().answer(query);
  expect(answer).toMatchObject({ state: 'FAILED', reason: expect.stringContaining(reason) });
  expect(answer.csv).toBeUndefined();
});

test('reads no file of this machine', async () => {
  const { reason } = await given().answer({ QueryString: "SELECT * FROM '/etc/hostname'" });
  expect(reason).toContain('TABLE_NOT_FOUND');
});

test('all is done in the name of who asks, and fails where one thing is not allowed', async () => {
  let forbidden = '';
  const said = ({ action, resource }: Need) => `${action} ${resource.replace(/[0-9a-f-]{36}/, 'ID')}`;
  const { answer, asked } = given({ may: (need) => said(need) !== forbidden });
  await answer({ QueryString: ofLines() });
  const all = [...new Set(asked.map(said))];
  expect(all.map((one) => one.split(' ')[0])).toEqual(
    expect.arrayContaining(['glue:GetDatabase', 'glue:GetTable', 'glue:GetPartitions', 's3:GetObject', 's3:PutObject']),
  );
  for (const without of all) {
    forbidden = without;
    expect((await answer({ QueryString: ofLines() })).reason).toMatch(/^(Insufficient permissions|PERMISSION_DENIED)/);
  }
});

test('one that would read more than its workgroup allows is cancelled', async () => {
  const { answer } = given({ cutoff: 31 });
  expect(await answer({ QueryString: ofLines() })).toMatchObject({
    ...{ state: 'CANCELLED', reason: 'Bytes scanned limit was exceeded' },
  });
  expect((await answer({ QueryString: ofLines("WHERE datehour > '2026/11/01/10'") })).state).toBe('SUCCEEDED');
});

test('one that is stopped leaves nothing, and stays so', async () => {
  const { client, start, execution, quiet, objects } = given();
  const { QueryExecutionId } = await start({ QueryString: ofLines() });
  await client.send(new StopQueryExecutionCommand({ QueryExecutionId }));
  await quiet.whenQuiet();
  expect((await execution(QueryExecutionId)).Status?.State).toBe('CANCELLED');
  expect([...objects.list('lake', 'answers/')]).toEqual([]);
});

test('the same said twice under one token is asked once', async () => {
  const { start } = given();
  const ClientRequestToken = 'a-token-that-is-long-enough-for-athena';
  const first = await start({ QueryString: ofLines(), ClientRequestToken });
  expect(await start({ QueryString: ofLines(), ClientRequestToken })).toMatchObject({
    QueryExecutionId: first.QueryExecutionId,
  });
  const other = await failure(start({ QueryString: ofLines('WHERE line = line'), ClientRequestToken }));
  expect(other.message).toBe('Idempotent parameters do not match');
});

test('rows come in pages too, once there are any', async () => {
  const { client, start, quiet, put } = given();
  put('2026/11/01/12/b', ...Array.from({ length: 1_200 }, (_, i) => `{"n":${i + 5}}`), '{"n":"', '{"n":""}');
  const results = (QueryExecutionId?: string, NextToken?: string) =>
    client.send(new GetQueryResultsCommand({ QueryExecutionId, ...(NextToken !== undefined && { NextToken }) }));
  const QueryString = `SELECT TRY_CAST(json_extract_scalar(line, '$.n') AS bigint) AS n, json_extract_scalar(line, '$.n') AS text FROM lines ORDER BY n`;
  const { QueryExecutionId } = await start({ QueryString });
  expect((await failure(results(QueryExecutionId))).message).toContain('not yet finished');
  await quiet.whenQuiet();
  const first = await results(QueryExecutionId);
  const second = await results(QueryExecutionId, first.NextToken);
  expect(second.NextToken).toBeUndefined();
  expect(first.ResultSet?.ResultSetMetadata?.ColumnInfo).toMatchObject([
    { Name: 'n', Type: 'bigint' },
    { Name: 'text', Type: 'varchar' },
  ]);
  const rows = [first, second].map(({ ResultSet }) =>
    ResultSet?.Rows?.map(({ Data = [] }) => Data.map((one) => one.VarCharValue)),
  );
  expect(rows.map((some) => some?.length)).toEqual([1_000, 207]);
  expect(rows[0]?.slice(0, 2)).toEqual([
    ['n', 'text'],
    ['1', '1'],
  ]);
  expect(rows[1]?.slice(-2)).toEqual(
    expect.arrayContaining([
      [undefined, undefined],
      [undefined, ''],
    ]),
  );
});

test('what is not there is not found', async () => {
  const { client, execution } = given();
  expect((await failure(execution('none'))).message).toBe('QueryExecution none was not found');
  expect((await failure(client.send(new ListWorkGroupsCommand({})))).name).toBe('UnknownOperationException');
});

test.each<[string, Partial<TableInput>]>([
  ['the type VIRTUAL_VIEW', { TableType: 'VIRTUAL_VIEW' }],
  ['such a projection', { Parameters: { ...input.Parameters, 'projection.datehour.interval.unit': 'DAYS' } }],
  [
    'the SerDe org.openx.data.jsonserde.JsonSerDe',
    {
      StorageDescriptor: {
        ...input.StorageDescriptor,
        SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
      },
    },
  ],
])('a table that nobody looked at is refused: %s', (what, change) => {
  expect(() => lakeTableOf({ ...input, ...change })).toThrow(`does not support ${what}`);
});
