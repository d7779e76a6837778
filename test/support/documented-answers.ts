import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export interface OperationDescription {
  readonly operationId: string;
  readonly summary: string;
  readonly 'x-role': string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: object;
  readonly responses: Readonly<
    Record<
      string,
      { readonly content: Readonly<Record<string, { readonly schema: object }>>; readonly 'x-codes'?: string[] }
    >
  >;
}

/** As much of an OpenAPI document as tests look at. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationDescription>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** Something the admin API has answered. */
export interface SeenAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly json: unknown;
}

/** Holds answers against the document that the API gives of itself. */
export class DocumentedAnswers {
  readonly #document: OpenApiDocument;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #checks = new Map<object, ValidateFunction>();

  constructor(document: OpenApiDocument) {
    this.#document = document;
    this.#ajv.addFormat('date-time', (text: string) => text === new Date(text).toISOString());
    // Clients must bear with members that are new; an answer of today has none that is not documented.
    this.#ajv.addSchema({ $id: 'document', components: closed(document.components) });
  }

  /** What is wrong with an answer, one sentence each: nothing if it is as documented. */
  problemsOf(method: string, path: string, { status, contentType, json }: SeenAnswer): string[] {
    const operation = this.#operationAt(method.toLowerCase(), path);
    // The router's own answers, to what is in no document.
    if (operation === undefined) return status === 404 || status === 405 ? [] : [`${method} ${path} is not documented`];
    const response = operation.responses[status];
    if (response === undefined) return [`${operation.operationId} documents no ${status}`];
    const schema = response.content[contentType]?.schema;
    if (schema === undefined) return [`${operation.operationId} documents no ${contentType} for ${status}`];
    const { code } = json as { code?: string };
    if (response['x-codes'] !== undefined && !response['x-codes'].includes(code ?? ''))
      return [`${operation.operationId} documents no code ${code} for ${status}`];
    const check = this.#checkOf(schema);
    return check(json) ? [] : [`${operation.operationId} ${status}: ${this.#ajv.errorsText(check.errors)}`];
  }

  #operationAt(method: string, path: string): OperationDescription | undefined {
    const pathsFitting = (parameter: string) =>
      Object.entries(this.#document.paths).filter(([template]) =>
        new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, parameter)}$`, 's').test(path),
      );
    // An id may hold slashes, unless the path is another's as it is.
    const fitting = [...pathsFitting('[^/]+'), ...pathsFitting('.+')].sort(byParameters);
    return fitting.map(([, operations]) => operations[method]).find((operation) => operation !== undefined);
  }

  #checkOf(schema: object): ValidateFunction {
    const known = this.#checks.get(schema);
    if (known) return known;
    const text = JSON.stringify(closed(schema)).replaceAll('"#/components', '"document#/components');
    const check = this.#ajv.compile(JSON.parse(text));
    this.#checks.set(schema, check);
    return check;
  }
}

const byParameters = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
  a.split('{').length - b.split('{').length;

/** A copy of a schema in which objects have no members but those that are named. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return 'properties' in copy && copy.type === 'object' && !('additionalProperties' in copy)
    ? { ...copy, additionalProperties: false }
    : copy;
}
