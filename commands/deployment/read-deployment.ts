import type { ParameterReader } from '../../lambdas/adapters/parameters.ts';
import { addressBookName, deploymentOf, type FoundDeployment } from './address-book.ts';
import { whyUnreachable } from './unreachable.ts';

/**
 * Looks a deployment up by its name. Throws when SSM cannot be asked (no credentials, no Region, no permission), with what
 * to do about it.
 */
export async function readDeployment(parameters: ParameterReader, name: string): Promise<FoundDeployment> {
  try {
    return deploymentOf(name, await parameters.read(addressBookName(name)));
  } catch (error) {
    throw new Error(whyUnreachable(error as Error), { cause: error });
  }
}
