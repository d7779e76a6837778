import type { AwsRequest, AwsResponse, AwsService } from '../../service.ts';
import { answer, Refusal } from '../refusal.ts';

/** Parameter Store of AWS Systems Manager, as far as somebody asks it: GetParameter of what the stacks have written. */
export class ParameterStore implements AwsService {
  readonly #values = new Map<string, string>();
  readonly #arnPrefix: string;

  constructor({ region = 'eu-central-1', account = '000000000000' }: { region?: string; account?: string } = {}) {
    this.#arnPrefix = `arn:aws:ssm:${region}:${account}:parameter`;
  }

  /** At most 4 KB in the standard tier and 8 KB in others, or the deployment would fail on AWS. */
  put(name: string, value: string, tier = 'Standard'): void {
    const bytes = Buffer.byteLength(value);
    const most = tier === 'Standard' ? 4_096 : 8_192;
    if (bytes > most)
      throw new Error(`Parameter ${name} has ${bytes} bytes; ${tier} parameters hold ${most.toLocaleString('en')}`);
    this.#values.set(name, value);
  }

  handle(request: AwsRequest): AwsResponse {
    return answer(() => {
      if (request.action !== 'GetParameter') {
        const message = `The local cloud's Parameter Store has no operation ${request.action}.`;
        throw new Refusal('UnknownOperationException', message);
      }
      const { Name } = (request.input ?? {}) as { Name?: unknown };
      if (typeof Name !== 'string' || Name === '')
        throw new Refusal('ValidationException', '1 validation error detected: Name must not be empty.');
      return { Parameter: this.#parameter(Name) };
    });
  }

  #parameter(name: string): object {
    const value = this.#values.get(name);
    // As AWS answers: without a message.
    if (value === undefined) throw new Refusal('ParameterNotFound', '');
    return { Name: name, Type: 'String', Value: value, Version: 1, ARN: `${this.#arnPrefix}${name}`, DataType: 'text' };
  }
}
