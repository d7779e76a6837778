import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../lambdas/console/api/roles.ts';
import { routesOf } from '../../lambdas/console/api.routes.ts';
import type { OpenApiDocument, OperationDescription } from '../support/documented-answers.ts';
import { Admin, adminFakes } from './admin.ts';

let document: OpenApiDocument;
beforeAll(async () => {
  document = await new Admin(adminFakes()).document();
});

/** Every operation as `listAudit: GET /api/audit (admin)`, and what is said of it. */
const operations = (): [line: string, operation: OperationDescription, path: string][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, OperationDescription, string] => [
      `${operation.operationId}: ${method.toUpperCase()} ${path} (${operation['x-role']})`,
      operation,
      path,
    ]),
  );

describe('GET /api/openapi.json', () => {
  it('has every route there is, and no other', () => {
    const routes = routesOf(adminFakes()).map(
      ({ operationId, method, path, role }) => `${operationId}: ${method.toUpperCase()} ${path} (${role})`,
    );
    const own = ['getMe: GET /api/me (viewer)', 'getOpenApi: GET /api/openapi.json (viewer)'];
    expect(
      operations()
        .map(([line]) => line)
        .sort(),
    ).toEqual([...routes, ...own].sort());
  });

  it('has the operations that docs/admin-api.md lists with their roles', () => {
    const page = readFileSync(new URL('../../docs/admin-api.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `(\w+)` +\| `([A-Z]+ \/api\/.*?)` +\| `(\w+)` +\|$/gm)];
    const documented = rows.map(([, name, request, role]) => `${name}: ${request} (${role})`);
    expect(documented.sort()).toEqual(
      operations()
        .map(([line]) => line)
        .sort(),
    );
  });

  it('calls everything by a name of its own, and says in a sentence what it does', () => {
    const names = operations().map(([, { operationId }]) => operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const [line, { operationId, summary, 'x-role': role }] of operations()) {
      expect(operationId, line).toMatch(/^[a-z][A-Za-z]+$/);
      expect(summary.length, line).toBeGreaterThan(5);
      expect(ROLES, line).toContain(role);
    }
  });

  it('describes every parameter of a path, and refers to nothing that is not there', () => {
    for (const [line, { parameters = [] }, path] of operations()) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = parameters.filter(({ in: where, required }) => where === 'path' && required === true);
      expect(
        described.map(({ name }) => name),
        line,
      ).toEqual(named);
    }
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining([...new Set(references)]));
    expect(document.openapi).toBe('3.1.0');
  });

  it('describes what goes in and what comes out', () => {
    for (const [line, { responses, requestBody }] of operations()) {
      const codes = Object.keys(responses);
      expect(
        codes.filter((status) => status < '300'),
        line,
        // What may take long is answered, or begun.
      ).toEqual(codes.includes('202') && codes.includes('200') ? ['200', '202'] : [expect.any(String)]);
      expect(codes, line).toEqual(expect.arrayContaining(['401', '403', '500']));
      if (line.includes(': GET ')) expect(requestBody, line).toBeUndefined();
    }
  });
});
