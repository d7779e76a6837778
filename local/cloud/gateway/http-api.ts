import type { LambdaFunction } from '../lambda-function.ts';
import type { CorsConfiguration } from './cors.ts';
import type { JwtAuthorizer } from './jwt.ts';

export interface Route {
  /** `$default`, or a method and a path: `ANY /api/{proxy+}`. */
  readonly key: string;
  readonly target: LambdaFunction;
  /** Whether API Gateway may invoke the target for a request by this method. */
  readonly mayInvoke: (method: string) => boolean;
  readonly authorizer?: JwtAuthorizer;
}

/** An HTTP API as the templates describe it. */
export interface HttpApi {
  readonly id: string;
  readonly stage: string;
  readonly cors?: CorsConfiguration;
  readonly routes: readonly Route[];
}

export interface MatchedRoute {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Finds the route for a request, the most specific one first, as API Gateway chooses; `$default` comes last. */
export function matchRoute(routes: readonly Route[], method: string, path: string): MatchedRoute | undefined {
  const candidates = routes.flatMap((route) => {
    const [verb = '', pattern = ''] = route.key.split(' ');
    if (route.key === '$default') return [{ route, pathParameters: {}, rank: [0] }];
    if (verb !== 'ANY' && verb !== method) return [];
    const pathParameters = matchPath(pattern, path);
    return pathParameters ? [{ route, pathParameters, rank: [...rankOf(pattern), verb === 'ANY' ? 0 : 1] }] : [];
  });
  candidates.sort((a, b) => compareRanks(b.rank, a.rank));
  return candidates[0];
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const parts = pattern.split('/').slice(1);
  const segments = path.split('/').slice(1);
  const found: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index];
    if (!segment && part !== segment) return undefined;
    const name = /^\{(.+?)(\+?)\}$/.exec(part);
    if (name?.[2] === '+') return { ...found, [name[1] ?? '']: segments.slice(index).join('/') };
    if (name) found[name[1] ?? ''] = segment ?? '';
    else if (part !== segment) return undefined;
  }
  return parts.length === segments.length ? found : undefined;
}

/** Segment by segment: fixed text before a variable before a greedy variable. */
function rankOf(pattern: string): number[] {
  return pattern
    .split('/')
    .slice(1)
    .map((part) => (part.endsWith('+}') ? 1 : part.startsWith('{') ? 2 : 3));
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
