import type { BrandBody } from '../../catalog/brand.ts';
import { escapeHtml } from '../email/liquid.ts';
import type { Choices, TopicChoice } from './choices.ts';
import { buttonColors } from './page-colors.ts';
import { filled, type Language, type PageWords } from './page-words.ts';

/** In whose name a page is, and in which language. */
export interface PageFrame {
  readonly brand: Pick<BrandBody, 'name' | 'logo' | 'colors' | 'website'> | undefined;
  readonly language: Language;
}

/** A page: all that stands between its tags of style is given apart too, for the header that lets no other style in. */
export interface Page {
  readonly html: string;
  readonly style: string;
}

/** What has just been done, or what holds: the first thing the page says. */
export type PageNotice =
  /** `notTaken`: what she sent is nothing that this page asks. */
  | { readonly kind: 'saved' | 'returned' | 'notTaken' }
  /** `had` is what she got before. */
  | { readonly kind: 'left'; readonly had: readonly string[] }
  | { readonly kind: 'leftTopic' | 'returnedTopic'; readonly topic: string };

export interface PreferencePageContent {
  readonly choices: Choices;
  /** What is shown of her address; undefined where it is not known. */
  readonly address: string | undefined;
  /** The topic of the message whose link she followed, where she gets it. */
  readonly topic: TopicChoice | undefined;
  readonly notice: PageNotice | undefined;
}

/** Where somebody sees what she gets and says what she wants. Its forms are sent to where it stands. */
export function preferencePage(frame: PageFrame, { choices, address, topic, notice }: PreferencePageContent): Page {
  const { words } = frame.language;
  const title = frame.brand === undefined ? words.title : filled(words.titleWithBrand, { brand: frame.brand.name });
  const isOut = choices.hasLeft && choices.topics.every(({ on }) => !on);
  const said = notice ?? (isOut ? ({ kind: 'left', had: [] } as const) : undefined);
  const sentence = said && noticeWords(words, said, choices);
  return page(frame, sentence === undefined ? title : `${sentence} ${title}`, [
    heading(title),
    sentence === undefined ? '' : `<p class="notice" role="status">${escapeHtml(sentence)}</p>`,
    said === undefined ? '' : wayBack(words, said, choices),
    topic === undefined || said !== undefined
      ? ''
      : form('leave-topic', filled(words.leaveTopic, { topic: topic.name }), true, topicField(topic.key)),
    topicsForm(words, choices, address, topic !== undefined && said === undefined),
    isOut ? '' : form('leave', words.leaveAll, choices.topics.length === 0),
    `<p class="small">${escapeHtml(words.stillComes)}</p>`,
  ]);
}

/** Where somebody says that it was she who subscribed. */
export const confirmPage = (frame: PageFrame, topic: string): Page => {
  const { words } = frame.language;
  const title = filled(words.confirmTitle, { topic });
  return page(frame, title, [
    heading(title),
    `<p>${escapeHtml(words.confirmText)}</p>`,
    form('confirm', words.confirm, true),
  ]);
};

/** What she sees when she has said so. */
export const confirmedPage = (frame: PageFrame, topic: string): Page => {
  const { words } = frame.language;
  const title = filled(words.confirmedTitle, { topic });
  return page(frame, title, [heading(title), `<p>${escapeHtml(words.confirmedText)}</p>`]);
};

/** A page that says one thing, and why. */
export const messagePage = (frame: PageFrame, kind: 'expired' | 'unknown' | 'failed'): Page => {
  const { words } = frame.language;
  const title = words[`${kind}Title`];
  return page(frame, title, [heading(title), `<p>${escapeHtml(words[`${kind}Text`])}</p>`]);
};

const heading = (title: string) => `<h1>${escapeHtml(title)}</h1>`;
const hidden = (name: string, value: string) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
const topicField = (key: string) => hidden('topic', key);

function noticeWords(words: PageWords, notice: PageNotice, { topics }: Choices): string {
  switch (notice.kind) {
    case 'saved': {
      const names = topics.flatMap(({ on, name }) => (on ? [name] : []));
      return names.length === 0 ? words.savedNone : filled(words.saved, { topics: names.join(', ') });
    }
    case 'left':
    case 'returned':
    case 'notTaken':
      return words[notice.kind];
    default:
      return filled(words[notice.kind], { topic: nameOf(notice.topic, topics) });
  }
}

const nameOf = (key: string, topics: readonly TopicChoice[]) => topics.find((one) => one.key === key)?.name ?? key;

function wayBack(words: PageWords, notice: PageNotice, { topics }: Choices): string {
  if (notice.kind === 'left')
    return form('return', words.returnAll, false, notice.had.map((key) => hidden('had', key)).join(''));
  if (notice.kind !== 'leftTopic') return '';
  const topic = nameOf(notice.topic, topics);
  return form('return-topic', filled(words.returnTopic, { topic }), false, topicField(notice.topic));
}

/** @param wish what `Wish` calls it */
const form = (wish: string, words: string, isFirst: boolean, fields = ''): string =>
  `<form method="post">${fields}<button name="wish" value="${wish}"${isFirst ? ' class="first"' : ''}>` +
  `${escapeHtml(words)}</button></form>`;

function topicsForm(words: PageWords, { topics }: Choices, address: string | undefined, isSecond: boolean): string {
  const intro = address === undefined ? words.intro : filled(words.introWithAddress, { address });
  if (topics.length === 0) return '';
  const boxes = topics.map(({ key, name, description, on }, n) => {
    const told = description === undefined ? '' : `<span class="small" id="d${n}">${escapeHtml(description)}</span>`;
    const described = description === undefined ? '' : ` aria-describedby="d${n}"`;
    return (
      `<div class="topic"><input type="checkbox" id="t${n}" name="topic" value="${escapeHtml(key)}"${described}${on ? ' checked' : ''}>` +
      `<div><label for="t${n}">${escapeHtml(name)}</label>${told}</div>` +
      `${hidden('shown', key)}</div>`
    );
  });
  return (
    `<form method="post" id="topics"><p>${escapeHtml(intro)}</p>` +
    `<fieldset><legend>${escapeHtml(words.topics)}</legend>${boxes.join('')}</fieldset>` +
    `<button name="wish" value="choose"${isSecond ? '' : ' class="first"'}>${escapeHtml(words.save)}</button></form>`
  );
}

function page({ brand, language }: PageFrame, title: string, parts: readonly string[]): Page {
  const style = styleFor(brand?.colors?.primary);
  const html =
    `<!doctype html><html lang="${language.lang}"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>` +
    '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">' +
    `<style>${style}</style></head><body>${banner(brand)}<main>${parts.join('')}</main></body></html>`;
  return { html, style };
}

function banner(brand: PageFrame['brand']): string {
  if (brand === undefined) return '';
  const { name, logo, website } = brand;
  const shown =
    logo === undefined
      ? escapeHtml(name)
      : `<img src="${escapeHtml(logo.url)}" alt="${escapeHtml(logo.alt ?? name)}"${logo.width === undefined ? '' : ` width="${logo.width}"`}>`;
  return `<header>${website === undefined ? shown : `<a href="${escapeHtml(website)}">${shown}</a>`}</header>`;
}

/** No colour but the button's is the brand's: everything else is read on white or, by night, on nearly black. */
function styleFor(primary: string | undefined): string {
  const { background, text } = buttonColors(primary);
  return [
    ':root{color-scheme:light dark;--paper:#fff;--ground:#f3f4f6;--ink:#1b1d21;--quiet:#4b5059;--line:#7a808b;--rule:#dcdfe4}',
    '@media(prefers-color-scheme:dark){:root{--paper:#1d2026;--ground:#121418;--ink:#f1f2f4;--quiet:#c3c7ce;--line:#8d939e;--rule:#363b44}}',
    '*{box-sizing:border-box}',
    'body{margin:0;padding:1.5rem 1rem 3rem;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}',
    'header,main{max-width:34rem;margin:0 auto}',
    'header{padding:0 0 1rem;font-weight:600;font-size:1.125rem}',
    'header a{color:inherit;text-decoration:none}header a:hover{text-decoration:underline}',
    'img{max-width:100%;height:auto;vertical-align:middle}',
    'main{background:var(--paper);border-radius:.75rem;padding:1.75rem 1.5rem;overflow-wrap:anywhere}',
    'h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25}',
    'form{margin:1.25rem 0}p{margin:0 0 1rem}',
    '.notice{padding:.75rem 1rem;border-left:.25rem solid currentColor;background:var(--ground);font-weight:600}',
    'fieldset{margin:0 0 1.25rem;padding:0;border:0}legend{padding:0;margin-bottom:.25rem;font-weight:600}',
    '.topic{display:flex;gap:.75rem;align-items:flex-start;padding:.75rem 0;border-top:1px solid var(--rule)}',
    '.topic label{display:block;min-height:1.5rem}',
    '.topic input[type=checkbox]{flex:none;width:1.5rem;height:1.5rem;margin:0;accent-color:var(--ink)}',
    '.small{display:block;color:var(--quiet);font-size:.9375rem}',
    'button{min-height:2.75rem;max-width:100%;padding:.5rem 1.25rem;border:1px solid var(--line);border-radius:.5rem;',
    'background:transparent;color:inherit;font:inherit;font-weight:600;cursor:pointer;overflow-wrap:anywhere}',
    `button.first{background:${background};color:${text}}`,
    'button:hover{text-decoration:underline}',
    ':focus-visible{outline:.1875rem solid var(--ink);outline-offset:.1875rem;border-radius:.25rem}',
  ].join('');
}
