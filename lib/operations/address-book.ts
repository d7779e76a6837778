import { Fn, Stack } from 'aws-cdk-lib';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import {
  type AddressBook as Addresses,
  addressBookName,
  type QueueName,
} from '../../commands/deployment/address-book.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import type { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { DataReferences } from '../stacks/data-references.ts';

export interface AddressBookProps
  extends Pick<Addresses, 'apiUrl' | 'streamMapping' | 'eventBus' | 'configurationSet'> {
  readonly house: House;
  readonly data: DataReferences;
  readonly queues: Readonly<Record<QueueName, QueueWithDeadLetters>>;
  readonly sweepMissed: { readonly queueName: string };
}

/** Publishes what the stack is made of, for operators' commands that are told nothing but a deployment's name. */
export class AddressBook extends Construct {
  constructor(scope: Construct, id: string, { house, data, queues, sweepMissed, ...names }: AddressBookProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const queue = (name: QueueName) => ({
      name: queues[name].queue.queueName,
      deadLetters: queues[name].deadLetters.queueName,
    });
    const addresses: Addresses = {
      ...names,
      queueUrls: Fn.join('', ['https://sqs.', stack.region, '.', stack.urlSuffix, '/', stack.account, '/']),
      queues: {
        live: queue('live'),
        timers: queue('timers'),
        bulk: queue('bulk'),
        dispatch: queue('dispatch'),
        email: queue('email'),
        transactional: queue('transactional'),
        lake: queue('lake'),
        census: queue('census'),
        receipts: queue('receipts'),
        calls: queue('calls'),
      },
      sweepMissed: sweepMissed.queueName,
      tables: {
        profiles: data.profiles.name,
        timeline: data.timeline.name,
        sends: data.sends.name,
        definitions: data.definitions.name,
        ledger: data.ledger.name,
      },
      buckets: { lake: data.lakeBucket.name, failures: data.failuresBucket.name },
      functions: Object.fromEntries(functionsIn(stack).map((one) => [one.entry, one.functionName])),
      fromAddress: house.stage.email.fromAddress,
      emailConcurrency: house.stage.email.concurrency,
      alarmTopic: house.alarmTopic.topicArn,
    };
    new StringParameter(this, 'Parameter', {
      parameterName: addressBookName(house.stage.deployment),
      description: 'Where everything of this deployment is, for the commands of its operators',
      // With the longest names it is over the 4 KB of the standard tier; up to 8 KB are $0.05 a month.
      tier: ParameterTier.INTELLIGENT_TIERING,
      stringValue: stack.toJsonString(addresses),
    });
  }
}

const functionsIn = (stack: Stack) =>
  stack.node.findAll().filter((construct) => construct instanceof FunctionWithDefaults);
