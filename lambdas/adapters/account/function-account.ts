import { GetAccountSettingsCommand, type LambdaClient, paginateListEventSourceMappings } from '@aws-sdk/client-lambda';

export interface Mapping {
  /** Name of the queue or table it reads. */
  readonly source: string;
  /** Enabled, Disabled, or on its way to either. */
  readonly state: string;
  /** What the last look at the source ended with; `PROBLEM: …` when it could not be read. */
  readonly lastResult: string;
}

export interface FunctionAccountReader {
  /** How many environments may run at once in this Region, and how many of them no function has to itself. Needs `lambda:GetAccountSettings`. */
  concurrency(): Promise<{ readonly limit: number; readonly unreserved: number }>;
  /** What feeds a function. Needs `lambda:ListEventSourceMappings`. */
  mappings(functionName: string): Promise<readonly Mapping[]>;
}

export const lambdaAccount = (client: LambdaClient): FunctionAccountReader => ({
  async concurrency() {
    const { AccountLimit: limits = {} } = await client.send(new GetAccountSettingsCommand({}));
    return { limit: limits.ConcurrentExecutions ?? 0, unreserved: limits.UnreservedConcurrentExecutions ?? 0 };
  },
  async mappings(functionName) {
    const found: Mapping[] = [];
    for await (const page of paginateListEventSourceMappings({ client }, { FunctionName: functionName }))
      for (const { EventSourceArn = '', State = 'unknown', LastProcessingResult = '' } of page.EventSourceMappings ??
        [])
        found.push({ source: sourceOf(EventSourceArn), state: State, lastResult: LastProcessingResult });
    return found;
  },
});

/** `arn:aws:dynamodb:…:table/NAME/stream/…` and `arn:aws:sqs:…:NAME`. */
const sourceOf = (arn: string) => /:table\/([^/]+)/.exec(arn)?.[1] ?? arn.slice(arn.lastIndexOf(':') + 1);
