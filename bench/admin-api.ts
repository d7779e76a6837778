import type { LocalPerennial } from '../local/perennial.ts';

export type AdminApi = (method: 'GET' | 'POST' | 'PUT', path: string, body?: object) => Promise<unknown>;

/** Asks the admin API as an admin. Throws what it refuses. */
export const adminApi =
  ({ url, adminToken }: LocalPerennial): AdminApi =>
  async (method, path, body) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
