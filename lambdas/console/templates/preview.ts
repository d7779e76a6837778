import type { BrandBody } from '../../../domain/catalog/brand.ts';
import { Project } from '../../../domain/catalog/checks/project.ts';
import { DEFAULT_BRAND, idOf, placeOf } from '../../../domain/catalog/definition.ts';
import type { Problem } from '../../../domain/catalog/problems/problem.ts';
import { type Choice, choose } from '../../../domain/catalog/releases/choose.ts';
import { prepareEmail } from '../../../domain/delivery/email/prepare.ts';
import type { PreparedEmail } from '../../../domain/delivery/email/prepared.ts';
import { emailRenderer, type RenderedEmail } from '../../../domain/delivery/email/render.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { utf8Length } from '../../../domain/json.ts';
import { newProfile, type Profile } from '../../../domain/state/profile.ts';
import { knownKey } from '../../../domain/state/user-key.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { ProfileReader } from '../../adapters/profile-store.ts';
import { type Answer, ok, problem, type Problem as Refusal } from '../api/answer.ts';
import { type CatalogDependencies, load } from '../catalog/catalog.ts';
import { refusedFor } from '../catalog/publishing.ts';

export interface TemplatesDependencies {
  readonly catalog: CatalogDependencies;
  readonly profiles: ProfileReader;
  /** The project's. */
  readonly zone: Zone;
}

export interface PreviewRequest {
  readonly key: string;
  /** As it would be saved; the draft, or else what is live, if left out. */
  readonly body?: unknown;
  /** Whom it is written to; somebody made up if left out. */
  readonly userId?: string | undefined;
  /** In another language than hers. */
  readonly locale?: string | undefined;
  readonly data?: JsonObject | undefined;
  readonly event?: JsonObject | undefined;
}

export interface Preview extends RenderedEmail {
  readonly locale: string;
  /** Of HTML and text together. */
  readonly bytes: number;
  /** What the template prints and this person does not have. */
  readonly unknown: readonly string[];
  /** As if it were published now. */
  readonly problems: readonly Problem[];
}

/** An email as one person would get it, from what is live and, where nothing is, from drafts. */
export interface Shown {
  readonly outcome: 'shown';
  readonly template: PreparedEmail;
  readonly brand: BrandBody | undefined;
  readonly preview: Preview;
}

export async function previewTemplate(
  dependencies: TemplatesDependencies,
  request: PreviewRequest,
): Promise<Answer<200, Preview>> {
  const shown = await show(dependencies, request);
  return shown.outcome === 'shown' ? ok(shown.preview) : shown.problem;
}

/** Renders a template as `previewTemplate` shows it, or says why it cannot. */
export async function show(
  dependencies: TemplatesDependencies,
  request: PreviewRequest,
): Promise<Shown | { readonly outcome: 'refused'; readonly problem: Refusal }> {
  const refused = (one: Refusal) => ({ outcome: 'refused' as const, problem: one });
  const { catalog, zone } = dependencies;
  const choice = await chosen(dependencies, request);
  if ('code' in choice) return refused(choice);
  const project = new Project(choice.next);
  const template = byKey(project.of('template'), request.key)?.body;
  if (template === undefined) return refused(refusedFor(choice.problems));
  if (template.channel !== 'email')
    return refused(problem(400, 'wrong_channel', 'Emails can be previewed; other channels have no renderer yet.'));
  const path = placeOf({ type: 'template', key: request.key });
  const compile = await catalog.mjmlCompiler();
  const prepared = prepareEmail(template, path, (key) => byKey(project.of('snippet'), key)?.body, compile);
  if (prepared.outcome === 'problems') return refused(refusedFor(prepared.problems));
  const profile = await personOf(dependencies, request);
  if (profile === undefined) return refused(problem(404, 'unknown_user', 'Nobody with this user id has been seen.'));
  const brand = byKey(project.of('brand'), template.brand ?? DEFAULT_BRAND)?.body;
  const rendering = emailRenderer(prepared.email).render({
    ...{ profile, brand, zone: profile.timeZone?.value ?? zone.name, now: catalog.now() },
    defaultLocale: project.of('settings')[0]?.body.defaultLocale,
    about: { data: request.data, event: request.event, ...SAMPLE_LINKS },
  });
  if (rendering.outcome === 'failed') return refused(problem(422, 'not_rendered', WHY[rendering.reason]));
  const { email, locale, unknown } = rendering;
  const bytes = utf8Length(email.html) + utf8Length(email.text);
  return {
    outcome: 'shown',
    ...{ template: prepared.email, brand },
    preview: { ...email, locale, bytes, unknown, problems: choice.problems.slice(0, 100) },
  };
}

const WHY = {
  'too-long': 'For this person the email would have more than 500,000 characters.',
  'too-much-work': 'For this person the template goes round too often, or makes too much.',
  failed: 'For this person the template cannot be rendered.',
  'no-subject': 'For this person the subject is empty.',
  unreadable: 'The template cannot be read.',
} as const;

/** What would be live with this template, and all that only drafts have of what it names. */
async function chosen({ catalog }: TemplatesDependencies, { key, body }: PreviewRequest): Promise<Choice | Refusal> {
  const { live, drafts: written, around } = await load(catalog);
  const name = { type: 'template' as const, key };
  const id = idOf(name);
  const isLive = live?.definitions.some((one) => idOf(one) === id) === true;
  const drafts = body === undefined ? written : [...written.filter((one) => idOf(one) !== id), { ...name, body }];
  const isDraft = drafts.some((one) => idOf(one) === id);
  if (!isDraft && !isLive)
    return problem(404, 'unknown_definition', `There is no template “${key}”, live or as a draft.`);
  const wish = { items: isDraft ? [name] : [], remove: [], withDependencies: true };
  return choose({ live: live?.definitions ?? [], drafts }, wish, around, catalog.now());
}

const byKey = <One extends { readonly key: string }>(list: readonly One[], key: string): One | undefined =>
  list.find((one) => one.key === key);

/** Nothing of them is anybody's. */
const SAMPLE_TRAITS = { firstName: 'Sam', lastName: 'Sample', name: 'Sam Sample', email: 'sam.sample@example.com' };
const SAMPLE_LINKS = {
  unsubscribeUrl: 'https://example.com/unsubscribe',
  preferencesUrl: 'https://example.com/preferences',
};

async function personOf(
  { profiles, catalog: { now } }: TemplatesDependencies,
  { userId, locale }: PreviewRequest,
): Promise<Profile | undefined> {
  const profile = userId === undefined ? sample(now()) : await stored(profiles, userId);
  return profile && (locale === undefined ? profile : { ...profile, locale: { value: locale, time: now() } });
}

async function stored(profiles: ProfileReader, userId: string): Promise<Profile | undefined> {
  const found = await profiles.get(knownKey(userId));
  return found?.outcome === 'profile' ? found.profile : undefined;
}

function sample(now: number): Profile {
  const profile = newProfile(knownKey('sample'), 'sample', now);
  const traits = Object.entries(SAMPLE_TRAITS).map(
    ([name, value]) => [name, { value, time: now, writer: '' }] as const,
  );
  return { ...profile, traits: new Map(traits), stage: { name: 'new', since: now, cause: 'activity', reason: '' } };
}
