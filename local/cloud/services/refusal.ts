import type { AwsResponse } from '../service.ts';
import { awsError } from '../service.ts';

/**
 * What AWS answers instead of doing what was asked. Thrown anywhere inside a service and turned into its wire form
 * where the service's `handle` begins, so that the code in between reads as the ordinary case.
 */
export class Refusal extends Error {
  readonly status: number;
  readonly type: string;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.name = type;
    this.type = type;
    this.status = status;
  }
}

/** Runs one action of a service: what it returns is the 200's body, a refusal becomes an error answer. */
export function answer(
  run: () => unknown,
  toResponse: (refusal: Refusal) => AwsResponse = ({ status, type, message }) => awsError(status, type, message),
): AwsResponse {
  try {
    return { status: 200, body: run() ?? {} };
  } catch (error) {
    if (error instanceof Refusal) return toResponse(error);
    throw error;
  }
}
