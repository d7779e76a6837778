import type { ParameterReader } from '../../lambdas/adapters/parameters.ts';
import { addressBookName, deploymentOf, type FoundDeployment } from './address-book.ts';

/** Looks a deployment up by its name. Throws when SSM cannot be asked: no credentials, no Region, no permission. */
export async function readDeployment(parameters: ParameterReader, name: string): Promise<FoundDeployment> {
  return deploymentOf(name, await parameters.read(addressBookName(name)));
}
