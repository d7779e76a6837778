import {
  type Binding,
  type BindingKind,
  type EndpointBinding,
  readBinding,
  type SenderBinding,
} from '../../../domain/catalog/binding.ts';
import { error } from '../../../domain/catalog/problems/problem.ts';
import type { Json } from '../../../domain/json.ts';
import type { StageBindings } from '../../adapters/stage-bindings.ts';
import { type Answer, ok, problem } from '../api/answer.ts';

interface BindingsDependencies {
  readonly bindings: StageBindings;
  /** The only domain that this stage may send email from: its role says so. */
  readonly emailDomain: string;
  /** What names of its secrets begin with, after `perennial/`. */
  readonly deployment: string;
}

/** What this stage has set up for definitions to name. */
export const listBindings = async ({
  bindings,
}: Pick<BindingsDependencies, 'bindings'>): Promise<Answer<200, { readonly bindings: readonly Binding[] }>> =>
  ok({ bindings: await bindings.list() });

/** Sets a binding up, or another way. */
export async function putBinding(
  { bindings, emailDomain, deployment }: BindingsDependencies,
  kind: BindingKind,
  key: string,
  value: unknown,
): Promise<Answer<200, Binding>> {
  const read = readBinding(kind, key, value, 'body/value');
  if (read.outcome === 'problems')
    return problem(400, 'invalid_binding', `This is no ${kind} as it has to be.`, { problems: read.problems });
  const { value: binding } = read;
  if (kind === 'sender' && !maySend(binding.value as SenderBinding, emailDomain))
    return problem(400, 'invalid_binding', `This stage sends email from ${emailDomain} only.`, {
      problems: [
        error(
          'body/value/address',
          'invalid',
          `write an address that ends with @${emailDomain}, or that it is for answersOnly`,
        ),
      ],
    });
  const secrets = `perennial/${deployment}/`;
  if (kind === 'endpoint' && !mayRead(binding.value as EndpointBinding, secrets))
    return problem(400, 'invalid_binding', `This stage reads secrets below ${secrets} only.`, {
      problems: [error('body/value/secret', 'invalid', `write a name that begins with ${secrets}`)],
    });
  const before = await find(bindings, binding.name);
  await bindings.put(binding);
  return ok(binding, {
    ...(before && { before: before.value as Json }),
    after: binding.value as Json,
  });
}

/** Takes a binding away; what names it stays live, and cannot be published anew. */
export async function removeBinding(
  { bindings }: Pick<BindingsDependencies, 'bindings'>,
  kind: BindingKind,
  key: string,
): Promise<Answer<200, { readonly removed: true }>> {
  const name = `${kind}/${key}`;
  const before = await find(bindings, name);
  if (before === undefined) return problem(404, 'unknown_binding', `There is no binding ${name}.`);
  await bindings.remove(name);
  return ok({ removed: true }, { before: before.value as Json });
}

/** A message from any other domain would be refused as if the whole account might not send. */
const maySend = ({ channel, address, answersOnly }: SenderBinding, domain: string): boolean =>
  channel !== 'email' || answersOnly === true || address.toLowerCase().endsWith(`@${domain.toLowerCase()}`);

/** Its calls would be held for hours and given up: the role that makes them reads no other secret. */
const mayRead = ({ secret }: EndpointBinding, below: string): boolean =>
  secret === undefined || (secret.startsWith(below) && secret.length > below.length);

const find = async (bindings: StageBindings, name: string): Promise<Binding | undefined> =>
  (await bindings.list()).find((one) => one.name === name);
