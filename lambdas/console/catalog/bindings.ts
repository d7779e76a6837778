import { type Binding, type BindingKind, readBinding } from '../../../domain/catalog/binding.ts';
import type { Json } from '../../../domain/json.ts';
import type { StageBindings } from '../../adapters/stage-bindings.ts';
import { type Answer, ok, problem } from '../api/answer.ts';

interface BindingsDependencies {
  readonly bindings: StageBindings;
}

/** What this stage has set up for definitions to name. */
export const listBindings = async ({
  bindings,
}: BindingsDependencies): Promise<Answer<200, { readonly bindings: readonly Binding[] }>> =>
  ok({ bindings: await bindings.list() });

/** Sets a binding up, or another way. */
export async function putBinding(
  { bindings }: BindingsDependencies,
  kind: BindingKind,
  key: string,
  value: unknown,
): Promise<Answer<200, Binding>> {
  const read = readBinding(kind, key, value, 'body/value');
  if (read.outcome === 'problems')
    return problem(400, 'invalid_binding', `This is no ${kind} as it has to be.`, { problems: read.problems });
  const { value: binding } = read;
  const before = await find(bindings, binding.name);
  await bindings.put(binding);
  return ok(binding, {
    ...(before && { before: before.value as Json }),
    after: binding.value as Json,
  });
}

/** Takes a binding away; what names it stays live, and cannot be published anew. */
export async function removeBinding(
  { bindings }: BindingsDependencies,
  kind: BindingKind,
  key: string,
): Promise<Answer<200, { readonly removed: true }>> {
  const name = `${kind}/${key}`;
  const before = await find(bindings, name);
  if (before === undefined) return problem(404, 'unknown_binding', `There is no binding ${name}.`);
  await bindings.remove(name);
  return ok({ removed: true }, { before: before.value as Json });
}

const find = async (bindings: StageBindings, name: string): Promise<Binding | undefined> =>
  (await bindings.list()).find((one) => one.name === name);
