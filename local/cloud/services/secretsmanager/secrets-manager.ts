import type { AwsRequest, AwsResponse, AwsService } from '../../service.ts';
import { answer, Refusal } from '../refusal.ts';

interface Versions {
  readonly AWSCURRENT: string;
  readonly AWSPREVIOUS?: string;
}

/** Secrets Manager, as far as somebody asks it: GetSecretValue of what was put there by hand. */
export class SecretsManager implements AwsService {
  readonly #secrets = new Map<string, Versions>();
  readonly #arnPrefix: string;

  constructor({ region = 'eu-central-1', account = '000000000000' }: { region?: string; account?: string } = {}) {
    this.#arnPrefix = `arn:aws:secretsmanager:${region}:${account}:secret:`;
  }

  /** As PutSecretValue: what was current becomes the previous one. */
  put(name: string, value: string): void {
    const last = this.#secrets.get(name)?.AWSCURRENT;
    this.#secrets.set(name, { AWSCURRENT: value, ...(last !== undefined && { AWSPREVIOUS: last }) });
  }

  handle(request: AwsRequest): AwsResponse {
    return answer(() => {
      if (request.action !== 'GetSecretValue')
        throw new Refusal(
          'UnknownOperationException',
          `The local cloud's Secrets Manager has no operation ${request.action}.`,
        );
      const { SecretId, VersionStage = 'AWSCURRENT' } = (request.input ?? {}) as Readonly<Record<string, unknown>>;
      if (typeof SecretId !== 'string' || SecretId === '')
        throw new Refusal(
          'ValidationException',
          'Invalid name. Must be a valid name containing alphanumeric characters.',
        );
      return this.#value(SecretId, String(VersionStage));
    });
  }

  #value(name: string, stage: string): object {
    const versions = this.#secrets.get(name);
    if (versions === undefined)
      throw new Refusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    const value = stage === 'AWSCURRENT' || stage === 'AWSPREVIOUS' ? versions[stage] : undefined;
    // As AWS answers where there is the secret, but no version with that label.
    if (value === undefined)
      throw new Refusal(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
      );
    return { ARN: `${this.#arnPrefix}${name}-local0`, Name: name, SecretString: value, VersionStages: [stage] };
  }
}
