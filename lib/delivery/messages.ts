import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { messagesSettings } from '../../lambdas/delivery/messages.settings.ts';
import type { HttpApi } from '../events/http-api.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import type { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { DataReferences } from '../stacks/data-references.ts';

export interface MessagesProps {
  readonly house: House;
  readonly data: DataReferences;
  readonly http: HttpApi;
  /** Where what is asked for waits for its worker. */
  readonly transactional: QueueWithDeadLetters;
  /** Where whom a program takes into a journey waits for the reducer, behind what happened before. */
  readonly live: QueueWithDeadLetters;
}

/** The door for programs that want a message sent, or somebody taken into a journey: apart from ingest, which is small and hot. */
export class Messages extends Construct {
  constructor(scope: Construct, id: string, { house, data, http, transactional, live }: MessagesProps) {
    super(scope, id);
    const { definitions, ledger, sends, timeline } = data;
    const messages = new FunctionWithDefaults(this, 'Function', {
      house,
      name: 'messages',
      description: 'Takes what programs ask for: messages to send, and people to take into journeys',
      environment: messagesSettings.environment({
        definitionsTable: definitions.name,
        ledgerTable: ledger.name,
        sendsTable: sends.name,
        timelineTable: timeline.name,
        transactionalQueueUrl: transactional.url,
        liveQueueUrl: live.url,
      }),
      memorySize: 512,
      // Under the gateway's 30 s, as ingest.
      timeout: Duration.seconds(25),
    });
    const keys = (...of: string[]) => ({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': of } });
    messages
      // Whose key it is, and what is published.
      .allow(['dynamodb:GetItem'], [definitions.arn], keys('source-key', 'source', 'catalog', 'release'))
      .allow(['dynamodb:BatchGetItem'], [definitions.arn], keys('part'))
      // What a source with a limit has used of it.
      .allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [ledger.arn], keys('allowance'))
      // What was asked for; claims are only looked at.
      .allow(['dynamodb:GetItem'], [sends.arn])
      .allow(['dynamodb:PutItem'], [sends.arn], {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['asked#*'] },
      })
      .allow(['dynamodb:BatchWriteItem'], [timeline.arn])
      .allow(['sqs:SendMessage'], [transactional.arn, live.arn]);
    http.route('/v1/messages', 'Messages', messages);
    http.route('/v1/messages/{id}', 'Message', messages);
    http.route('/v1/trigger', 'Trigger', messages);
  }
}
