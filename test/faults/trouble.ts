/** What goes wrong in the story of bad-days.test.ts, and what is done about it. */
import { readDeployment } from '../../commands/deployment/read-deployment.ts';
import { givenUpOf } from '../../commands/redrive/given-up.ts';
import { type PlaceReport, places, redrive } from '../../commands/redrive/redrive.ts';
import { bucketOf } from '../../domain/hash.ts';
import { ssmParameters } from '../../lambdas/adapters/parameters.ts';
import type { Interceptor } from '../../local/cloud/endpoint.ts';
import { asThrottled } from '../../local/cloud/faults/throttling.ts';
import type { AwsRequest } from '../../local/cloud/service.ts';
import { awsError } from '../../local/cloud/service.ts';
import { randomFrom } from '../../local/demo/random.ts';
import type { LocalPerennial } from '../../local/perennial.ts';
import { operatorClientsOf } from '../support/cloud-clients.ts';

/** One call in fifty, of every function to every service. */
const THROTTLED = 0.02;

export interface Times {
  /** From then on (ms), until somebody mends it, half of all people cannot be written. */
  readonly tableRefuses: number;
  /** Nothing works that the sweep asks for. */
  readonly sweepIsOut: { readonly from: number; readonly until: number };
}

export class Trouble {
  throttled = 0;
  sweepsRefused = 0;
  isMended = false;
  readonly interceptor: Interceptor;
  #perennial: LocalPerennial | undefined;
  #sweepsKey: string | undefined;

  constructor({ tableRefuses, sweepIsOut }: Times) {
    const random = randomFrom(2);
    this.interceptor = (request, next) => {
      const now = this.#perennial?.now() ?? 0;
      if (request.caller === this.#sweepsKey && now >= sweepIsOut.from && now < sweepIsOut.until) {
        this.sweepsRefused++;
        return REFUSED;
      }
      if (now >= tableRefuses && !this.isMended && this.#isWriteOfHalf(request)) return REFUSED;
      if (random() >= THROTTLED) return next(request);
      this.throttled++;
      return asThrottled(request);
    };
  }

  /** From here on time is known, and who asks. */
  begin(perennial: LocalPerennial): void {
    this.#perennial = perennial;
    this.#sweepsKey = [...perennial.cloud.functions.values()].find(({ logicalId }) =>
      logicalId.startsWith('Sweep'),
    )?.accessKeyId;
  }

  #isWriteOfHalf({ service, action, input }: AwsRequest): boolean {
    if (service !== 'dynamodb' || action !== 'PutItem') return false;
    const { TableName, Item } = input as { TableName: string; Item: { id?: { S: string } } };
    return TableName === this.#perennial?.profilesTable && bucketOf(Item.id?.S ?? '', 2) === 0;
  }
}

/** As if somebody had taken a permission away: no SDK tries that again. */
const REFUSED = awsError(400, 'AccessDeniedException', 'Not at present');

/** Writes an item whose effects no release can read. */
export async function poison(perennial: LocalPerennial): Promise<void> {
  const answer = await perennial.cloud.services.dynamodb.handle({
    ...{ service: 'dynamodb', action: 'PutItem', caller: 'test', method: 'POST', path: '/', headers: {} },
    input: {
      TableName: perennial.profilesTable,
      Item: { id: { S: 'k#poison' }, version: { N: '1' }, fx: { S: '[99]' } },
    },
  });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

/** What `npm run redrive` does, with --yes or without. */
export async function bringBack(perennial: LocalPerennial, yes: boolean): Promise<readonly PlaceReport[]> {
  const clients = operatorClientsOf(perennial.cloud);
  const found = await readDeployment(ssmParameters(clients.ssm), 'local');
  if (found.outcome === 'problem') throw new Error(found.message);
  const givenUp = givenUpOf(clients, found.deployment);
  return redrive({ ...givenUp, now: perennial.now(), tell: () => undefined }, { only: places, ages: {}, yes });
}
