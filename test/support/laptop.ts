import { gunzipSync } from 'node:zlib';
import { inject } from 'vitest';
import type { CustomerEvent } from '../../domain/events/event.ts';
import type { ProfileView } from '../../domain/state/profile-view.ts';
import { controlOf } from '../../local/control/control.ts';
import { type LocalOptions, LocalPerennial } from '../../local/perennial.ts';
import { START } from './people.ts';

/** A running Perennial for a wire test; its clock stands at START until the test moves it. */
export class Laptop {
  readonly perennial: LocalPerennial;

  private constructor(perennial: LocalPerennial) {
    this.perennial = perennial;
  }

  static async start(options: LocalOptions = {}): Promise<Laptop> {
    const perennial = await LocalPerennial.start({
      assembly: inject('assembly'),
      startAt: START,
      ticking: false,
      port: 0,
      ...options,
    });
    perennial.cloud.localRoutes(controlOf(perennial));
    return new Laptop(perennial);
  }

  get url(): string {
    return this.perennial.url;
  }

  stop(): Promise<void> {
    return this.perennial.stop();
  }

  /** Posts to an event route with the client's key, and lets everything that follows happen. */
  async post(
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; json: unknown }> {
    const answer = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${btoa(`${this.perennial.writeKey}:`)}`,
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    await this.perennial.settle();
    return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
  }

  admin(path: string, token: string | null = this.perennial.adminToken): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers: token === null ? {} : { authorization: `Bearer ${token}` } });
  }

  /** The profile as the admin API shows it. */
  async profile(userId: string): Promise<ProfileView> {
    const answer = await this.admin(`/api/profiles/${encodeURIComponent(userId)}`);
    if (answer.status !== 200) throw new Error(`GET profile answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as ProfileView;
  }

  /** Subjects of the messages a user got, oldest first. */
  subjects(userId: string): string[] {
    return this.perennial
      .outbox(userId)
      .map(({ subject }) => subject)
      .reverse();
  }

  /** The raw events that have reached the lake. */
  rawEvents(): CustomerEvent[] {
    const { resources, services } = this.perennial.cloud;
    const lake = resources.find(({ type, logicalId }) => type === 'AWS::S3::Bucket' && logicalId.startsWith('Lake'));
    return [...services.objects.list(lake?.ref ?? '', 'raw/')].flatMap(({ body }) =>
      (body[0] === 0x1f ? gunzipSync(body) : body)
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as CustomerEvent),
    );
  }

  async control(path: string, body: object): Promise<{ status: number; json: Record<string, unknown> }> {
    const answer = await fetch(`${this.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  }
}
