import { z } from 'zod';
import { descriptionSchema, keySchema, localeSchema, nameSchema } from './fields.ts';

/**
 * What is written to people, by channel, in one or more languages. Texts are kept as they are written: what their
 * placeholders mean is the renderer's to say.
 */

const line = z.string().min(1).max(500);
const shortText = z.string().min(1).max(4_000);
const link = z.string().min(1).max(2_000);

const inLocales = <S extends z.ZodType>(content: S) =>
  z
    .record(localeSchema, content)
    .refine((locales) => Object.keys(locales).length > 0, 'write it in at least one language')
    .refine((locales) => Object.keys(locales).length <= 60, 'at most 60 languages');

const common = {
  name: nameSchema,
  description: descriptionSchema.optional(),
  /** What a person can refuse to get; without one only the channel as a whole. */
  topic: keySchema.optional(),
  /** The language for everybody whose own is not here; may be left out where there is one. */
  fallback: localeSchema.optional(),
};

const button = z.strictObject({ title: line, link: link.optional(), action: keySchema.optional() });

const email = z.strictObject({
  ...{ channel: z.literal('email'), ...common },
  /** What marketing is, can be refused: it has to say how. Receipts and the like are transactional. */
  class: z.enum(['marketing', 'transactional']).optional().meta({ description: 'marketing if left out' }),
  brand: keySchema.optional().meta({ description: 'The brand “default” if left out and there is one' }),
  sender: keySchema
    .optional()
    .meta({ description: 'The binding `sender/NAME` of each stage; the brand’s if left out' }),
  replyTo: keySchema.optional(),
  locales: inLocales(
    z
      .strictObject({
        subject: line,
        preheader: line.optional(),
        mjml: z.string().min(1).max(200_000).optional(),
        html: z.string().min(1).max(200_000).optional(),
        text: z.string().min(1).max(100_000).optional(),
      })
      .refine(({ mjml, html }) => (mjml === undefined) !== (html === undefined), 'write its body as mjml or as html'),
  ),
});

const sms = z.strictObject({
  ...{ channel: z.literal('sms'), ...common },
  sender: keySchema.optional(),
  // Ten parts of GSM characters.
  locales: inLocales(z.strictObject({ text: z.string().min(1).max(1_530), media: link.optional() })),
});

const push = z.strictObject({
  ...{ channel: z.literal('push'), ...common },
  locales: inLocales(
    z.strictObject({
      title: line.optional(),
      body: shortText.optional(),
      image: link.optional(),
      link: link.optional(),
      buttons: z.array(button).max(4).optional(),
    }),
  ),
  data: z.record(z.string().min(1).max(100), z.string().max(1_000)).optional(),
  silent: z.boolean().optional(),
  /** A newer one with the same takes the place of one that was not seen yet. */
  collapse: keySchema.optional(),
  badge: z.int().min(0).max(9_999).optional(),
  sound: z.string().max(100).optional(),
  /** To which of a person's devices. */
  devices: z.enum(['last-used', 'all', 'ios', 'android']).optional(),
});

const whatsapp = z.strictObject({
  ...{ channel: z.literal('whatsapp'), ...common },
  sender: keySchema.optional(),
  locales: inLocales(
    z
      .strictObject({
        /** A template that Meta has approved, with what goes into its places. */
        template: z.string().min(1).max(512).optional(),
        values: z.array(z.string().max(1_000)).max(50).optional(),
        /** Free text, which may go only within 24 hours of the person's last message. */
        text: z.string().min(1).max(4_096).optional(),
      })
      .refine(
        ({ template, text }) => (template === undefined) !== (text === undefined),
        'name a template or write a text',
      ),
  ),
});

const webPush = z.strictObject({
  ...{ channel: z.literal('web-push'), ...common },
  locales: inLocales(
    z.strictObject({
      title: line,
      body: shortText.optional(),
      icon: link.optional(),
      image: link.optional(),
      link: link.optional(),
      buttons: z.array(button).max(2).optional(),
    }),
  ),
  collapse: keySchema.optional(),
});

const inApp = z.strictObject({
  ...{ channel: z.literal('in-app'), ...common },
  layout: z.enum(['banner', 'modal', 'full-screen', 'inbox']),
  locales: inLocales(
    z.strictObject({
      title: line.optional(),
      body: z.string().min(1).max(20_000),
      image: link.optional(),
      buttons: z.array(button).max(3).optional(),
    }),
  ),
});

const webhook = z.strictObject({
  ...{ channel: z.literal('webhook'), ...common },
  endpoint: keySchema.meta({ description: 'The binding `endpoint/NAME` of each stage' }),
  locales: inLocales(z.strictObject({ body: z.string().min(1).max(100_000) })),
});

export const templateSchema = z
  .discriminatedUnion('channel', [email, sms, push, whatsapp, webPush, inApp, webhook])
  .meta({ id: 'Template', description: 'What is written to people on one channel' });
export type TemplateBody = z.infer<typeof templateSchema>;
