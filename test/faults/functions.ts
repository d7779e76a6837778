import {
  answeringDynamodbClient,
  answeringSqsClient,
  cloudWatchClient,
  dynamodbClient,
  eventBridgeClient,
  firehoseClient,
  optionalDynamodbClient,
  sesClient,
  sqsClient,
} from '../../lambdas/adapters/clients.ts';
import { wireSweep } from '../../lambdas/decisions/sweep.wiring.ts';
import { wireDeliverEmail } from '../../lambdas/delivery/deliver-email.wiring.ts';
import { wireDispatch } from '../../lambdas/delivery/dispatch.wiring.ts';
import { wireMessages } from '../../lambdas/delivery/messages.wiring.ts';
import { wireReceipts } from '../../lambdas/delivery/receipts.wiring.ts';
import { wireRedeliver } from '../../lambdas/delivery/redeliver.wiring.ts';
import { wireIngest } from '../../lambdas/events/ingest.wiring.ts';
import { wireArchive } from '../../lambdas/insights/archive.wiring.ts';
import type { World } from '../../lambdas/runtime/world.ts';
import { wireAdvance } from '../../lambdas/state/advance.wiring.ts';
import {
  InProcessFunction,
  type InProcessHandler,
  type InProcessWorld,
} from '../../local/cloud/in-process/functions.ts';
import type { Adapt } from '../../local/cloud/in-process/line.ts';

type Wire<Clients, Event> = (
  environment: NodeJS.ProcessEnv,
  clients: Clients,
  world: World,
) => (event: Event) => Promise<unknown>;

const inProcess = <Clients, Event>(clients: (adapt: Adapt) => Clients, wire: Wire<Clients, Event>) =>
  InProcessFunction.of({
    clients,
    wire: (variables, own: Clients, world) =>
      // The event is what the mapping or the gateway made, here as on AWS.
      wire({ ...variables }, own, worldOf(world)) as InProcessHandler,
  });

const worldOf = ({ log, ...world }: InProcessWorld): World => ({
  ...world,
  // No time passes.
  timeout: () => new AbortController().signal,
  log: (code, fields) => log(JSON.stringify({ code, ...fields })),
});

const withSinks = (adapt: Adapt) => ({
  dynamodb: dynamodbClient(adapt),
  eventBridge: eventBridgeClient(adapt),
  sqs: sqsClient(adapt),
});

/** The functions that people's events pass, by name: the same handlers that are deployed, over clients without a network. */
export const functionsInProcess: ReadonlyMap<string, InProcessFunction> = new Map([
  [
    'ingest',
    inProcess(
      (adapt) => ({
        answeringDynamodb: answeringDynamodbClient(adapt),
        optionalDynamodb: optionalDynamodbClient(adapt),
        answeringSqs: answeringSqsClient(adapt),
      }),
      wireIngest,
    ),
  ],
  [
    'advance',
    inProcess(
      (adapt) => ({
        dynamodb: dynamodbClient(adapt),
        optionalDynamodb: optionalDynamodbClient(adapt),
        sqs: sqsClient(adapt),
        firehose: firehoseClient(adapt),
      }),
      wireAdvance,
    ),
  ],
  [
    'messages',
    inProcess(
      (adapt) => ({
        answeringDynamodb: answeringDynamodbClient(adapt),
        optionalDynamodb: optionalDynamodbClient(adapt),
        answeringSqs: answeringSqsClient(adapt),
      }),
      wireMessages,
    ),
  ],
  ['archive', inProcess((adapt) => ({ firehose: firehoseClient(adapt) }), wireArchive)],
  [
    'sweep',
    inProcess(
      (adapt) => ({ dynamodb: dynamodbClient(adapt), cloudWatch: cloudWatchClient(adapt), sqs: sqsClient(adapt) }),
      wireSweep,
    ),
  ],
  ['dispatch', inProcess(withSinks, wireDispatch)],
  ['redeliver', inProcess(withSinks, wireRedeliver)],
  [
    'deliver-email',
    inProcess(
      (adapt) => ({ dynamodb: dynamodbClient(adapt), ses: sesClient(adapt), sqs: sqsClient(adapt) }),
      wireDeliverEmail,
    ),
  ],
  [
    'receipts',
    inProcess(
      (adapt) => ({ dynamodb: dynamodbClient(adapt), sqs: sqsClient(adapt), firehose: firehoseClient(adapt) }),
      wireReceipts,
    ),
  ],
]);
