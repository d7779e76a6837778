import { describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../lambdas/console/api/roles.ts';
import { ROLES as LOCAL_ROLES } from '../../local/cloud/local-issuer.ts';
import type { OpenApiDocument } from '../support/documented-answers.ts';
import { Admin, type AdminAnswer, type AdminRequest, adminFakes } from './admin.ts';

const api = new Admin(adminFakes());
const codeOf = ({ status, json }: AdminAnswer) => [status, json.code];

/** Every operation with the least role that may use it. */
const operationsIn = ({ paths }: OpenApiDocument) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, 'x'),
      role: operation['x-role'] as Role,
    })),
  );

describe('every route', () => {
  it('is closed to whoever has a role below its own, and open to the others', async () => {
    for (const { method, path, role } of operationsIn(await api.document()))
      for (const own of ROLES) {
        const answer = await api.call(method, path, { role: own });
        const isBelow = ROLES.indexOf(own) < ROLES.indexOf(role);
        expect(answer.json.code === 'role_too_low', `${method} ${path} as ${own}: ${answer.status}`).toBe(isBelow);
        if (isBelow) expect(answer.status).toBe(403);
      }
  });

  it('is closed to whoever has no role, or no token', async () => {
    for (const { method, path } of operationsIn(await api.document())) {
      expect(codeOf(await api.call(method, path, { role: 'none' }))).toEqual([403, 'no_role']);
      expect(codeOf(await api.call(method, path, { claims: {} }))).toEqual([401, 'no_token']);
    }
  });

  it('changes nothing for whoever may not, and leaves no entry', async () => {
    const fakes = adminFakes();
    await new Admin(fakes).call('PUT', '/api/schema/settings', { role: 'approver', body: { personal: ['a'] } });
    expect([fakes.stored.settings.personal, fakes.audit.entries]).toEqual([[], []]);
  });
});

describe('a role', () => {
  it('is called the same on the laptop', () => {
    expect(LOCAL_ROLES).toEqual(ROLES);
  });

  const me = async (claims: AdminRequest['claims'], roleClaim = 'cognito:groups') =>
    (await new Admin({ ...adminFakes(), roleClaim }).call('GET', '/api/me', { claims })).json;

  it.each([
    ['[viewer]', 'viewer'],
    ['[staff marketer viewer]', 'marketer'],
    ['approver', 'approver'],
    ['viewer admin', 'admin'],
    ['viewer, marketer', 'marketer'],
    ['["viewer","admin"]', 'admin'],
    [['viewer', 'approver'], 'approver'],
  ])('is the highest that the claim %j names', async (claim, role) => {
    expect(await me({ sub: 'ada', 'cognito:groups': claim })).toMatchObject({ subject: 'ada', name: 'ada', role });
  });

  it.each([['[administrators]'], ['[Admin]'], [''], ['[]'], [7], [null], [undefined]])(
    'is none of ours in the claim %j',
    async (claim) => {
      expect(await me({ sub: 'ada', 'cognito:groups': claim })).toMatchObject({ code: 'no_role' });
    },
  );

  it('can stand in a claim of another name, and whose it is beside it', async () => {
    const claims = { sub: '1234', email: 'ada@shop.example', 'https://shop.example/roles': '[marketer]' };
    expect(await me(claims, 'https://shop.example/roles')).toEqual({
      ...{ subject: '1234', name: 'ada@shop.example', role: 'marketer' },
    });
    expect(await me({ ...claims, name: 'Ada' }, 'https://shop.example/roles')).toMatchObject({ name: 'Ada' });
  });
});
