import { z } from 'zod';
import { type BrandBody, brandSchema } from './brand.ts';
import { type CampaignBody, campaignSchema } from './campaign/campaign.ts';
import type { Definition, DefinitionType } from './definition.ts';
import { type JourneyBody, journeySchema } from './journey/journey.ts';
import { type LifecycleBody, lifecycleSchema } from './lifecycle.ts';
import { type PlaceBody, placeSchema } from './place.ts';
import { type SegmentBody, segmentSchema } from './segment.ts';
import { type SettingsBody, settingsSchema } from './settings.ts';
import { type SnippetBody, snippetSchema } from './snippet.ts';
import { type TemplateBody, templateSchema } from './template.ts';
import { type TopicBody, topicSchema } from './topic.ts';

/** What a body of each type may be: the one source of types, checks, JSON Schema and OpenAPI. */
export const SCHEMAS: Readonly<Record<DefinitionType, z.ZodType>> = {
  settings: settingsSchema,
  lifecycle: lifecycleSchema,
  segment: segmentSchema,
  topic: topicSchema,
  brand: brandSchema,
  snippet: snippetSchema,
  place: placeSchema,
  template: templateSchema,
  journey: journeySchema,
  campaign: campaignSchema,
};

interface Bodies {
  readonly settings: SettingsBody;
  readonly lifecycle: LifecycleBody;
  readonly segment: SegmentBody;
  readonly topic: TopicBody;
  readonly brand: BrandBody;
  readonly snippet: SnippetBody;
  readonly place: PlaceBody;
  readonly template: TemplateBody;
  readonly journey: JourneyBody;
  readonly campaign: CampaignBody;
}

/** A definition whose body its schema has taken. */
export type CheckedDefinition = {
  [Type in DefinitionType]: { readonly type: Type; readonly key: string; readonly body: Bodies[Type] };
}[DefinitionType];
export type CheckedOf<Type extends DefinitionType> = Extract<CheckedDefinition, { readonly type: Type }>;

/** What was checked when it was published, and read again. */
export const asChecked = (definition: Definition): CheckedDefinition => definition as CheckedDefinition;

/** For editors and other programs: the JSON Schema (2020-12) of a type's bodies. */
export const jsonSchemaOf = (type: DefinitionType): object => z.toJSONSchema(SCHEMAS[type], { io: 'input' });
