/** A stage that the command speaks to. */
export interface Target {
  /** For lines that are printed. */
  readonly name: string;
  readonly url: string;
  readonly token: string;
}

export type Targets =
  | { readonly outcome: 'targets'; readonly targets: readonly Target[] }
  | { readonly outcome: 'problem'; readonly message: string };

/** Where options and variables say to go: stages by name in their order, or one by its URL. */
export function targetsOf(
  {
    to = [],
    url,
    token,
  }: {
    readonly to?: readonly string[] | undefined;
    readonly url?: string | undefined;
    readonly token?: string | undefined;
  },
  variables: Readonly<Record<string, string | undefined>>,
): Targets {
  if (to.length > 0 && (url !== undefined || token !== undefined))
    return problem('Say stages with --to, or one place with --url and --token.');
  const wanted = to.length > 0 ? to : [undefined];
  const targets: Target[] = [];
  for (const stage of wanted) {
    const prefix = stage === undefined ? 'PERENNIAL' : `PERENNIAL_${stage.toUpperCase().replace(/[^A-Z\d]/g, '_')}`;
    const [there, by] = [url ?? variables[`${prefix}_URL`], token ?? variables[`${prefix}_TOKEN`]];
    if (there === undefined)
      return problem(`Where is it? Set ${prefix}_URL${stage === undefined ? ', or say --url' : ''}.`);
    if (by === undefined)
      return problem(
        `Who are you? Set ${prefix}_TOKEN${stage === undefined ? ', or say --token' : ''}: a token of the stage's issuer.`,
      );
    if (!/^https?:\/\/[^/\s]+\/?$/.test(there))
      return problem(`"${there}" is no URL of a stage, such as https://api.example.com.`);
    targets.push({ name: stage ?? there, url: there, token: by });
  }
  return { outcome: 'targets', targets };
}

const problem = (message: string): Targets => ({ outcome: 'problem', message });
