export interface FoundPath {
  /** The path with its parameters encoded, so that a router that takes it apart at `/` finds them whole. */
  readonly path: string;
  /** What can be done there, in capital letters. */
  readonly methods: readonly string[];
}

interface Template {
  readonly path: string;
  readonly method: string;
}

/**
 * Finds where a request goes. The gateway hands paths over decoded, so that a `/` in an id looks like one of the path: where
 * a template has one parameter and no other template fits as it is, the parameter takes whatever is between the rest. (It
 * also cuts a path off at a decoded `?`: ids with one need a query.)
 */
export function pathsOf(templates: readonly Template[]): (rawPath: string, method: string) => FoundPath | undefined {
  const patterns = [...new Set(templates.map(({ path }) => path))].map((path) => ({
    parameters: path.split('{').length - 1,
    exact: patternOf(path, '[^/]+'),
    wide: patternOf(path, '.+'),
    methods: templates.filter((one) => one.path === path).map(({ method }) => method.toUpperCase()),
  }));
  // Fixed text goes before a parameter, and a longer template before one that would swallow it.
  const exactly = patterns.toSorted((a, b) => a.parameters - b.parameters);
  const widely = patterns
    .filter(({ parameters }) => parameters === 1)
    .toSorted((a, b) => b.wide.source.length - a.wide.source.length);
  return (rawPath, method) => {
    const attempts = [
      ...exactly.map(({ exact, methods }) => ({ pattern: exact, methods })),
      ...widely.map(({ wide, methods }) => ({ pattern: wide, methods })),
    ];
    const found = attempts.flatMap(({ pattern, methods }): FoundPath[] => {
      const path = encodedBy(pattern, rawPath);
      return path === undefined ? [] : [{ path, methods }];
    });
    // A segment may be called “preview”, which is something to be asked for under the same path in another way.
    return found.find(({ methods }) => methods.includes(method)) ?? found[0];
  };
}

/** Every part of a template is a group, fixed text and parameters in turn. */
const patternOf = (template: string, parameter: string): RegExp =>
  new RegExp(
    `^${template
      .split(/(\{\w+\})/)
      .map((part) => (part.startsWith('{') ? `(${parameter})` : `(${part.replaceAll('.', '\\.')})`))
      .join('')}$`,
    's',
  );

function encodedBy(pattern: RegExp, rawPath: string): string | undefined {
  const [, ...parts] = pattern.exec(rawPath) ?? [];
  if (parts.length === 0) return undefined;
  return parts.map((part, index) => (index % 2 === 1 ? encodeURIComponent(wellFormed(part)) : part)).join('');
}

const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');
