import { z } from 'zod';
import { descriptionSchema, keySchema, localeSchema, nameSchema } from './fields.ts';

const line = z.string().min(1).max(500);
const address = z
  .url({ protocol: /^https$/, hostname: z.regexes.domain, error: 'write an address that begins with https://' })
  .max(2_000);

const sender = z.strictObject({
  /** Named as everywhere: the binding `sender/NAME` of each stage. */
  sender: keySchema,
  /** For who reads in these languages. */
  locales: z.record(localeSchema, keySchema).optional(),
});

/** In whose name a project writes, and how that looks. Templates read it as `brand`, and what it says changes at once. */
export const brandSchema = z
  .strictObject({
    name: nameSchema,
    description: descriptionSchema.optional(),
    /** For templates: {{ brand.colors.primary }}. */
    colors: z
      .record(
        z.string().regex(/^[a-z][A-Za-z\d]{0,31}$/, 'a colour has a name such as primary or buttonText'),
        z.string().regex(/^#[\da-f]{6}$/i, 'write a colour as #1a73e8'),
      )
      .optional(),
    logo: z.strictObject({ url: address, alt: line.optional(), width: z.int().min(1).max(600).optional() }).optional(),
    website: address.optional(),
    senders: z.strictObject({
      marketing: sender,
      /** Mailbox providers judge senders: who writes receipts from another address has them delivered whatever marketing does. */
      transactional: sender.optional(),
    }),
    /** Where answers go, if not to the sender: the binding `sender/NAME`. */
    replyTo: keySchema.optional(),
    /** Stands below every email; the line to unsubscribe below marketing only. Plain text. */
    footer: z.record(
      localeSchema,
      z.strictObject({
        /** The postal address of who writes: the law asks for it in most countries. */
        address: z.string().min(1).max(1_000),
        /** The words of the link: “Unsubscribe”. */
        unsubscribe: line,
        preferences: line.optional(),
      }),
    ),
    /** The language of the footer for everybody whose own is not here. */
    fallback: localeSchema.optional(),
  })
  .refine(({ footer }) => Object.keys(footer).length > 0, {
    path: ['footer'],
    error: 'write it in at least one language',
  })
  .meta({ id: 'Brand', description: 'In whose name a project writes' });
export type BrandBody = z.infer<typeof brandSchema>;
