import { type AttributeValue, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { ClosedAs, Proposal } from '../../domain/catalog/releases/proposal.ts';
import { conditionHeld } from './condition.ts';
import { itemsOfKind } from './items-of-kind.ts';

/** Publishes that wait for a second person. */
export interface PublishProposals {
  list(): Promise<readonly Proposal[]>;
  find(id: string): Promise<Proposal | undefined>;
  put(proposal: Proposal): Promise<void>;
  /** False: somebody has published, withdrawn or rejected it meanwhile. */
  close(proposal: Proposal, as: ClosedAs): Promise<boolean>;
}

const KIND = { S: 'proposal' };

export function dynamoPublishProposals(client: DynamoDBClient, table: string): PublishProposals {
  const itemOf = (proposal: Proposal) => ({
    ...{ kind: KIND, name: { S: proposal.id } },
    ...{ state: { S: proposal.status }, proposal: { S: JSON.stringify(proposal) } },
  });
  return {
    list: async () => (await itemsOfKind(client, table, KIND.S)).map(proposalOf),

    async find(id) {
      const Key = { kind: KIND, name: { S: id } };
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
      return Item && proposalOf(Item);
    },

    async put(proposal) {
      await client.send(new PutItemCommand({ TableName: table, Item: itemOf(proposal) }));
    },

    close: (proposal, status) =>
      conditionHeld(
        client.send(
          new PutItemCommand({
            TableName: table,
            Item: itemOf({ ...proposal, status }),
            ConditionExpression: '#state = :open',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':open': { S: 'open' } },
          }),
        ),
      ),
  };
}

const proposalOf = ({ proposal }: Record<string, AttributeValue>) => JSON.parse(proposal?.S ?? '{}') as Proposal;
