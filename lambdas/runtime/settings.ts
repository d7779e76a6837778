/** What kinds of value a setting can hold; the environment of a function knows only text. */
type SettingKind = 'text' | 'number';

type SettingValues<S extends Record<string, SettingKind>> = {
  readonly [K in keyof S]: S[K] extends 'number' ? number : string;
};

export interface SettingsDefinition<S extends Record<string, SettingKind>> {
  /** The function's environment, for the construct that deploys it. */
  environment(values: SettingValues<S>): Record<string, string>;
  /** The typed settings, for the entry that runs. Throws once, naming every missing or malformed variable. */
  read(environment: Record<string, string | undefined>): SettingValues<S>;
}

/**
 * One list of settings that a function's entry and its construct both read, so that neither can forget a name the
 * other needs. `liveQueueUrl` travels as the variable `LIVE_QUEUE_URL`.
 */
export function defineSettings<const S extends Record<string, SettingKind>>(shape: S): SettingsDefinition<S> {
  const names = Object.keys(shape) as (keyof S & string)[];
  return {
    environment: (values) => Object.fromEntries(names.map((name) => [variableName(name), String(values[name])])),
    read(environment) {
      const problems: string[] = [];
      const values: Record<string, string | number> = {};
      for (const name of names) {
        const text = environment[variableName(name)];
        if (text === undefined || text === '') problems.push(`${variableName(name)} is missing`);
        else if (shape[name] === 'text') values[name] = text;
        else if (Number.isFinite(Number(text))) values[name] = Number(text);
        else problems.push(`${variableName(name)} is not a number`);
      }
      if (problems.length > 0) throw new Error(`Settings: ${problems.join('; ')}`);
      return values as SettingValues<S>;
    },
  };
}

const variableName = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
