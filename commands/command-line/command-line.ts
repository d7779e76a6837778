import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Ends a command with what is wrong with how it was called, and how it is used. */
export const misuseOf =
  (usage: string) =>
  (problem: string): never => {
    console.error(`${problem}\n\n${usage}`);
    process.exit(2);
  };

/** What a command was asked for. `--help`, which every command has, and options nobody knows are answered with the usage. */
export function requested<const C extends ParseArgsConfig>(usage: string, config: C): ReturnType<typeof parseArgs<C>> {
  const parsed = parsedOrMisused(usage, config);
  if (!('help' in parsed.values)) return parsed as ReturnType<typeof parseArgs<C>>;
  console.log(usage);
  process.exit(0);
}

function parsedOrMisused(usage: string, config: ParseArgsConfig) {
  try {
    return parseArgs({ ...config, options: { ...config.options, help: { type: 'boolean' } } });
  } catch (error) {
    return misuseOf(usage)((error as Error).message);
  }
}
