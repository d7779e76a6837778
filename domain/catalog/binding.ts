import { z } from 'zod';
import { endpointUrl } from '../delivery/calls/endpoint-url.ts';
import { channelSchema } from './fields.ts';
import { problemsOf } from './problems/explain.ts';
import type { Read } from './problems/read.ts';

/**
 * What definitions name and each stage sets up for itself. It is no part of a release: a rollback brings no old sender back,
 * and a folder of definitions can be published to a test stage and to the real one.
 */

const https = z
  .url({ protocol: /^https$/, hostname: z.regexes.domain, error: 'write an address that begins with https://' })
  .max(2_000);

const sender = z
  .strictObject({
    channel: channelSchema,
    /** An email address, a phone number, or what the channel has instead. */
    address: z.string().min(1).max(320),
    name: z.string().min(1).max(120).optional(),
    /** Named as replyTo only: of email it may then be of any domain. */
    answersOnly: z.boolean().optional(),
  })
  .meta({ id: 'SenderBinding', description: 'sender: whom messages come from' });

export type SenderBinding = z.infer<typeof sender>;

const endpoint = z
  .strictObject({
    /** As it is looked at again before each request. */
    url: z
      .string()
      .max(2_000)
      .refine(
        (url) => endpointUrl(url) !== undefined,
        'write an address of the public internet that begins with https://: a name with a dot, no IP address, no user, no port',
      )
      .meta({ format: 'uri' }),
    /** Where requests are signed with a secret: its name in Secrets Manager, never the secret. */
    secret: z.string().min(1).max(500).optional(),
  })
  .meta({ id: 'EndpointBinding', description: 'endpoint: another system that is told something' });

export type EndpointBinding = z.infer<typeof endpoint>;

const host = z
  .strictObject({ url: https })
  .meta({ id: 'HostBinding', description: 'host: where links and pages of this stage live' });

const amount = z.int().min(0).max(1_000_000_000);
const budget = z
  .strictObject({ channel: channelSchema.optional(), perDay: amount.optional(), perMonth: amount.optional() })
  .refine(({ perDay, perMonth }) => perDay !== undefined || perMonth !== undefined, 'say perDay or perMonth')
  .meta({ id: 'BudgetBinding', description: 'budget: how many marketing messages may go' });

const pool = z
  .strictObject({ codes: z.string().min(1).max(500) })
  .meta({ id: 'PoolBinding', description: 'pool: codes to give away, by the name of the pool they were loaded into' });

/** What a binding may be, by the first part of its name. */
export const BINDINGS = { sender, endpoint, host, budget, pool } as const;
export type BindingKind = keyof typeof BINDINGS;

/** `KIND/NAME`. */
export interface Binding {
  readonly name: string;
  readonly value: unknown;
}

export const BINDING_KINDS = Object.keys(BINDINGS) as [BindingKind, ...BindingKind[]];

/** Takes a binding as somebody wrote it, or says what is wrong with it. @param path where its value stands */
export function readBinding(kind: BindingKind, key: string, value: unknown, path: string): Read<Binding> {
  const read = BINDINGS[kind].safeParse(value);
  if (!read.success) return { outcome: 'problems', problems: problemsOf(BINDINGS[kind], value, path) };
  return { outcome: 'read', value: { name: `${kind}/${key}`, value: read.data } };
}
