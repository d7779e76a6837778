import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** What calls to other systems are signed with, by its name in Secrets Manager. */
export interface SigningSecrets {
  /**
   * The current one, and the one it has taken the place of as long as that is kept. Rejects when it cannot be read: there is
   * none of that name, or it is not for us.
   */
  read(name: string): Promise<readonly string[]>;
}

export function secretsManagerSigningSecrets(client: SecretsManagerClient): SigningSecrets {
  const staged = async (name: string, stage: 'AWSCURRENT' | 'AWSPREVIOUS') => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name, VersionStage: stage }));
    // With an empty key anybody could sign.
    if (SecretString === undefined || /^(whsec_[^\w+/-]*.?)?$/.test(SecretString)) throw named('EmptySecret');
    return SecretString;
  };
  return {
    async read(name) {
      const current = await staged(name, 'AWSCURRENT');
      const previous = await staged(name, 'AWSPREVIOUS').catch(ofNone);
      return previous === undefined || previous === current ? [current] : [current, previous];
    },
  };
}

/** A secret that was never changed has no previous one, and says so as if there were no secret. */
function ofNone(error: unknown): undefined {
  if ((error as Error).name !== 'ResourceNotFoundException') throw error;
}

const named = (name: string): Error => Object.assign(new Error('A secret without text'), { name });
