import { GetParameterCommand, GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { ssmParameters } from '../../../lambdas/adapters/parameters.ts';
import { ParameterStore } from '../../../local/cloud/services/ssm/parameter-store.ts';
import { clientOf, failure } from './support.ts';

function given() {
  const store = new ParameterStore();
  return { store, client: new SSMClient(clientOf(store)) };
}

describe('parameter store', () => {
  it('answers with what was put', async () => {
    const { store, client } = given();
    store.put('/a/b', 'value');
    const { Parameter } = await client.send(new GetParameterCommand({ Name: '/a/b' }));
    expect(Parameter).toMatchObject({ Name: '/a/b', Type: 'String', Value: 'value', Version: 1 });
    expect(await ssmParameters(client).read('/a/b')).toBe('value');
  });

  it('knows nothing of others', async () => {
    const { client } = given();
    const error = await failure(client.send(new GetParameterCommand({ Name: '/nobody' })));
    expect(error.name).toBe('ParameterNotFound');
    expect(await ssmParameters(client).read('/nobody')).toBeUndefined();
  });

  it('refuses what it does not imitate, and the reader does not take that for absence', async () => {
    const { client } = given();
    expect((await failure(client.send(new GetParametersCommand({ Names: ['/a'] })))).name).toBe(
      'UnknownOperationException',
    );
    expect((await failure(ssmParameters(client).read(''))).name).toBe('ValidationException');
  });

  // AWS documents 4 KB for a parameter of the standard tier.
  it('holds no more than a standard parameter', () => {
    const { store } = given();
    store.put('/a', 'x'.repeat(4_096));
    expect(() => store.put('/a', 'x'.repeat(4_097))).toThrow(/4,096/);
    store.put('/a', 'x'.repeat(8_192), 'Intelligent-Tiering');
    expect(() => store.put('/a', 'x'.repeat(8_193), 'Intelligent-Tiering')).toThrow(/8,192/);
  });
});
