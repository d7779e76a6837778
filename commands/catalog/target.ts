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

export interface TargetOptions {
  readonly to?: readonly string[] | undefined;
  readonly url?: string | undefined;
  readonly token?: string | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Where options and variables say to go: stages by name in their order, or one by its URL. */
export function targetsOf({ to = [], url, token }: TargetOptions, variables: Variables): Targets {
  if (to.length > 0 && (url !== undefined || token !== undefined))
    return problem('Say stages with --to, or one place with --url and --token.');
  const stages: readonly (string | undefined)[] = to.length > 0 ? to : [undefined];
  const found = stages.map((stage) => targetOf(stage, url, token, variables));
  const wrong = found.find((one) => typeof one === 'string');
  if (wrong !== undefined) return problem(wrong);
  return { outcome: 'targets', targets: found.filter((one) => typeof one !== 'string') };
}

/** One place, or what is missing to go there. */
function targetOf(
  stage: string | undefined,
  url: string | undefined,
  token: string | undefined,
  variables: Variables,
): Target | string {
  const prefix = stage === undefined ? 'PERENNIAL' : `PERENNIAL_${stage.toUpperCase().replace(/[^A-Z\d]/g, '_')}`;
  const orSay = (option: string) => (stage === undefined ? `, or say ${option}` : '');
  const there = url ?? variables[`${prefix}_URL`];
  if (there === undefined) return `Where is it? Set ${prefix}_URL${orSay('--url')}.`;
  if (!/^https?:\/\/[^/\s]+\/?$/.test(there))
    return `"${there}" is no URL of a stage, such as https://api.example.com.`;
  const by = token ?? variables[`${prefix}_TOKEN`];
  if (by === undefined) return `Who are you? Set ${prefix}_TOKEN${orSay('--token')}: a token of the stage's issuer.`;
  // What a shell makes of a variable that it does not know.
  if (by.trim() === '') return `The token is empty. Set ${prefix}_TOKEN${orSay('--token')}.`;
  return { name: stage ?? there, url: there, token: by };
}

const problem = (message: string): Targets => ({ outcome: 'problem', message });
