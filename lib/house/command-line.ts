/**
 * A value given to the CDK's command line as `-c name=value`. Read from where the command line leaves it, because the
 * app, which would answer too, is only created once the stage is known.
 */
export function contextOfCommandLine(name: string): string | undefined {
  const context: unknown = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}');
  const value = (context as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}
