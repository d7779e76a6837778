import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDb } from '../../local/cloud/services/dynamodb/dynamo-db.ts';
import { clientOf, TestClock } from '../local/services/support.ts';

const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });

/** The tables that hold bindings, small operational items, people and claims, behind an unmodified SDK client. */
export function tables() {
  const dynamo = new DynamoDb({ clock: new TestClock() });
  for (const TableName of ['definitions', 'ledger'])
    dynamo.createTable({
      TableName,
      AttributeDefinitions: [text('kind'), text('name')],
      KeySchema: [
        { AttributeName: 'kind', KeyType: 'HASH' },
        { AttributeName: 'name', KeyType: 'RANGE' },
      ],
    });
  dynamo.createTable({
    TableName: 'profiles',
    AttributeDefinitions: [text('id')],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  });
  dynamo.createTable({
    TableName: 'sends',
    AttributeDefinitions: [text('sendId')],
    KeySchema: [{ AttributeName: 'sendId', KeyType: 'HASH' }],
  });
  return { dynamo, client: new DynamoDBClient(clientOf(dynamo)) };
}
