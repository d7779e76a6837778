/** CORS of an HTTP API, in the template's own words. */
export interface CorsConfiguration {
  readonly AllowOrigins?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowHeaders?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly MaxAge?: number;
  readonly AllowCredentials?: boolean;
}

/** Whether a request asks for permission; API Gateway answers it itself, whatever the routes are. */
export function isPreflight(method: string, headers: Readonly<Record<string, unknown>>): boolean {
  return method === 'OPTIONS' && 'origin' in headers && 'access-control-request-method' in headers;
}

/** Headers of the answer to a preflight. */
export function preflightHeaders(cors: CorsConfiguration, origin: string): Record<string, string> {
  if (!allowedOrigin(cors, origin)) return {};
  return {
    ...corsHeaders(cors, origin),
    ...listed('access-control-allow-methods', cors.AllowMethods),
    ...listed('access-control-allow-headers', cors.AllowHeaders),
    ...(cors.MaxAge === undefined ? {} : { 'access-control-max-age': String(cors.MaxAge) }),
  };
}

/** Headers added to every other answer to a request from a page. */
export function corsHeaders(cors: CorsConfiguration, origin: string | undefined): Record<string, string> {
  const allowed = origin === undefined ? undefined : allowedOrigin(cors, origin);
  if (allowed === undefined) return {};
  return {
    'access-control-allow-origin': allowed,
    ...listed('access-control-expose-headers', cors.ExposeHeaders),
    ...(cors.AllowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
  };
}

function allowedOrigin({ AllowOrigins = [] }: CorsConfiguration, origin: string): string | undefined {
  if (AllowOrigins.includes('*')) return '*';
  return AllowOrigins.some((one) => one.toLowerCase() === origin.toLowerCase()) ? origin : undefined;
}

function listed(name: string, values: readonly string[] | undefined): Record<string, string> {
  return values && values.length > 0 ? { [name]: values.join(',') } : {};
}
