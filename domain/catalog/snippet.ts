import { z } from 'zod';
import { descriptionSchema, localeSchema, nameSchema } from './fields.ts';

/** What several templates have in common: `{% snippet "KEY" %}` is put in its place when a template is published. */
export const snippetSchema = z
  .strictObject({
    name: nameSchema,
    description: descriptionSchema.optional(),
    /** Liquid, and whatever is written where it stands: MJML, HTML or plain text. */
    locales: z
      .record(localeSchema, z.string().min(1).max(50_000))
      .refine((locales) => Object.keys(locales).length > 0, 'write it in at least one language')
      .refine((locales) => Object.keys(locales).length <= 60, 'at most 60 languages'),
    fallback: localeSchema.optional(),
  })
  .meta({ id: 'Snippet', description: 'What several templates have in common' });
export type SnippetBody = z.infer<typeof snippetSchema>;
