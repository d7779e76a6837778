import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';

export interface ParameterReader {
  /** The value of a parameter, undefined when there is none of that name. */
  read(name: string): Promise<string | undefined>;
}

/** Parameters of SSM. Needs `ssm:GetParameter`. */
export const ssmParameters = (client: SSMClient): ParameterReader => ({
  async read(name) {
    try {
      const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
      return Parameter?.Value;
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      throw error;
    }
  },
});
