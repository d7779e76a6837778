import type { BrandBody } from '../../domain/catalog/brand.ts';
import {
  answeredAt,
  answersTo,
  type Choices,
  choicesOf,
  gets,
  oneClick,
  type Topic,
  type Wish,
  withAnswers,
} from '../../domain/delivery/preferences/choices.ts';
import {
  type ConfirmationLink,
  isTooOld,
  unpackConfirmation,
} from '../../domain/delivery/preferences/confirmation-link.ts';
import {
  confirmedPage,
  confirmPage,
  messagePage,
  type PageNotice,
  preferencePage,
} from '../../domain/delivery/preferences/page.ts';
import { type Language, languageOf, PAGE_WORDING } from '../../domain/delivery/preferences/page-words.ts';
import { type PreferenceLink, unpackLink } from '../../domain/delivery/preferences/preference-link.ts';
import { withRefusals } from '../../domain/delivery/preferences/refusals.ts';
import { wishIn } from '../../domain/delivery/preferences/wish.ts';
import { hashText } from '../../domain/hash.ts';
import type { Consents } from '../../domain/state/consent.ts';
import { emailOf } from '../../domain/state/contact.ts';
import { type ConsentPlace, consentInput, type GivenAnswer } from '../../domain/state/input.ts';
import { encodeInputs } from '../../domain/state/input-message.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { ProfileReader } from '../adapters/profile-store.ts';
import type { Queue } from '../adapters/queue.ts';
import { type MailboxAnswers, suppressionName } from '../adapters/suppression-list.ts';
import { type HttpAnswer, type HttpEvent, headerOf } from '../runtime/http.ts';
import { errorName, type Log } from '../runtime/log.ts';
import { formOf } from './form-body.ts';
import type { LiveTemplates } from './live-templates.ts';
import { pageAnswer } from './page-answer.ts';
import type { TokenOpener } from './sealed-tokens.ts';

export interface PreferencesDependencies {
  readonly opener: () => Promise<TokenOpener>;
  readonly profiles: ProfileReader;
  readonly templates: Pick<LiveTemplates, 'brand' | 'topics' | 'defaultLocale'>;
  readonly mailboxes: MailboxAnswers;
  readonly timers: Queue;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/**
 * The page that the links of messages lead to. Looking at it changes nothing, for scanners look at every link. What she says
 * there, or by the button of her mail program, holds when this answers: a no stands on the list of her address, which is
 * asked before each send. Her profile hears of it by an input.
 */
export async function preferences(dependencies: PreferencesDependencies, event: HttpEvent): Promise<HttpAnswer> {
  const language = languageOf(headerOf(event, 'accept-language'));
  try {
    const { open } = await dependencies.opener();
    const token = event.pathParameters?.token ?? '';
    const form = event.requestContext.http.method === 'POST' ? await formOf(event) : undefined;
    if (event.rawPath.startsWith('/c/')) {
      const link = unpackConfirmation(open('confirm', token));
      if (link === undefined) return unknown(language);
      return await confirmation(dependencies, await visitBy(dependencies, link, language), link, form);
    }
    const link = unpackLink(open('preferences', token));
    if (link === undefined) return unknown(language);
    const visit = await visitBy(dependencies, link, language);
    return form === undefined ? shown(visit, undefined) : await said(dependencies, visit, form);
  } catch (error) {
    dependencies.log('preferences-failed', { error: errorName(error) });
    return pageAnswer(503, messagePage({ brand: undefined, language }, 'failed'), undefined);
  }
}

const unknown = (language: Language): HttpAnswer =>
  pageAnswer(404, messagePage({ brand: undefined, language }, 'unknown'), undefined);

/** Somebody with a link of hers, and all that is known at that moment. */
interface Visit {
  readonly link: PreferenceLink;
  readonly language: Language;
  readonly brand: BrandBody | undefined;
  readonly topics: readonly Topic[];
  /** With what was refused at her address. */
  readonly consents: Consents;
  /** What was refused there alone. */
  readonly refused: ReadonlySet<string>;
  /** Shown, so that who has several mailboxes knows which one this is about. */
  readonly address: string | undefined;
}

async function visitBy(
  { profiles, templates, mailboxes }: PreferencesDependencies,
  link: PreferenceLink,
  language: Language,
): Promise<Visit> {
  const [stored, brand, topics, { refusals }] = await Promise.all([
    link.user === undefined ? undefined : profiles.get(link.user),
    templates.brand(link.brand),
    templates.topics(),
    mailboxes.find(link.address),
  ]);
  // Also after she became part of another one; whoever is not there any more still has her mailbox.
  const profile = stored?.outcome === 'profile' ? stored.profile : undefined;
  return {
    ...{ link, brand, topics },
    language: profile?.locale === undefined ? language : languageOf(profile.locale.value),
    consents: withRefusals(profile?.consent ?? new Map(), refusals),
    refused: new Set(refusals.keys()),
    address: shownAddress(profile, link.address),
  };
}

/** `a…@example.com`, where it is the address the link was mailed to: links are forwarded. */
function shownAddress(profile: Profile | undefined, name: string): string | undefined {
  const address = profile && emailOf(profile);
  if (address === undefined || suppressionName(address) !== name) return undefined;
  return address.replace(/^(.).*@/u, '$1…@');
}

/** Takes what she said, and shows what holds then. */
async function said(dependencies: PreferencesDependencies, visit: Visit, form: URLSearchParams): Promise<HttpAnswer> {
  const isOneClick = form.get('List-Unsubscribe') === 'One-Click';
  const wish = isOneClick ? oneClick(visit.link.topic, visit.topics) : wishIn(form, visit.topics);
  if (wish === undefined) return shown(visit, { kind: 'notTaken' }, 400);
  const answers = answersTo(wish, visit.topics, visit.consents);
  const by: ConsentPlace = isOneClick ? 'one-click' : 'preference-page';
  const at = answeredAt(dependencies.now(), visit.consents);
  if (answers.length > 0) await write(dependencies, visit, answers, by, at);
  return shown(
    { ...visit, consents: withAnswers(visit.consents, answers, at, by) },
    // Who has not left cannot return: what she gets is what there is to say.
    wish.kind === 'return' && answers.length === 0
      ? { kind: 'saved' }
      : noticeOf(wish, choicesOf(visit.topics, visit.consents)),
  );
}

/** Asks whether it was she who subscribed, or hears that it was. Only her pressing the button says so: scanners press none. */
async function confirmation(
  dependencies: PreferencesDependencies,
  visit: Visit,
  link: ConfirmationLink,
  form: URLSearchParams | undefined,
): Promise<HttpAnswer> {
  const { brand, language, topics, consents } = visit;
  const topic = topics.find(({ key }) => key === link.topic);
  if (topic === undefined) return unknown(language);
  // Also when the link has become too old: there is nothing left to ask.
  if (form === undefined && gets(consents, topic) && consents.get(`email/${topic.key}`)?.granted)
    return pageAnswer(200, confirmedPage({ brand, language }, topic.name), brand);
  const now = dependencies.now();
  if (isTooOld(link, now)) return pageAnswer(410, messagePage({ brand, language }, 'expired'), brand);
  if (form?.get('wish') !== 'confirm') {
    const status = form === undefined ? 200 : 400;
    return pageAnswer(status, confirmPage({ brand, language }, topic.name), brand);
  }
  const answers = [{ about: `email/${topic.key}`, granted: true }];
  await write(dependencies, visit, answers, 'confirmation-link', answeredAt(now, consents));
  return pageAnswer(200, confirmedPage({ brand, language }, topic.name), brand);
}

async function write(
  { mailboxes, timers, now, log }: PreferencesDependencies,
  { link, refused, consents }: Visit,
  answers: readonly GivenAnswer[],
  by: ConsentPlace,
  time: number,
): Promise<void> {
  const { user, address, sendId } = link;
  const listed = answers.filter(({ about, granted }) => !granted || refused.has(about));
  if (listed.length > 0) await mailboxes.note(address, listed, time);
  if (user === undefined) return;
  const wording = by === 'one-click' ? undefined : (confirmedWording(by, answers, consents) ?? PAGE_WORDING);
  // Nothing that is said has yet to happen: her profile's time does not run ahead with the clock of some app.
  const input = consentInput(user, sendId, { at: now(), time, by, answers, ...(wording && { wording }) });
  try {
    const left = await timers.send(encodeInputs([input]).map((body) => ({ body, group: hashText(user) })));
    if (left.length > 0) throw new Error('The timers queue did not take what she said');
  } catch (error) {
    // A yes stands in her profile alone, and she has to hear that it does not. Her no holds already, by the list: to let her
    // or her mail program say it again would only make her doubt it.
    if (answers.some(({ granted }) => granted)) throw error;
    log('refusal-untold', { sendId, error: errorName(error) });
  }
}

/** Who confirms agrees to nothing new: the words stay those to which she said yes at first. */
function confirmedWording(by: ConsentPlace, answers: readonly GivenAnswer[], consents: Consents): string | undefined {
  if (by !== 'confirmation-link') return undefined;
  const said = answers.flatMap(({ about }) => consents.get(about) ?? []);
  return said.find(({ granted }) => granted)?.wording;
}

function noticeOf(wish: Wish, { topics }: Choices): PageNotice {
  switch (wish.kind) {
    case 'choose':
      return { kind: 'saved' };
    case 'leave':
      return { kind: 'left', had: topics.flatMap(({ key, on }) => (on ? [key] : [])) };
    case 'return':
      return { kind: 'returned' };
    case 'leave-topic':
      return { kind: 'leftTopic', topic: wish.topic };
    case 'return-topic':
      return { kind: 'returnedTopic', topic: wish.topic };
  }
}

function shown(
  { link, brand, language, topics, consents, address }: Visit,
  notice: PageNotice | undefined,
  status = 200,
): HttpAnswer {
  const choices = choicesOf(topics, consents);
  const topic = choices.topics.find(({ key, on }) => key === link.topic && on);
  return pageAnswer(status, preferencePage({ brand, language }, { choices, address, topic, notice }), brand);
}
