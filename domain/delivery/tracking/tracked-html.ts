import { escapeHtml } from '../email/liquid.ts';
import { attributeIn, endOfTag } from '../email/markup.ts';
import { decoded } from '../email/plain-text.ts';
import { END_OF_BODY } from '../email/prepared.ts';

export interface TrackedLinks {
  /** What a link of the message becomes, by its number in it; undefined: it stays. */
  readonly linkTo: ((link: string, n: number) => string | undefined) | undefined;
  /** The address of the picture that tells that it was looked at. */
  readonly picture: string | undefined;
}

/** A message that has more is a list nobody reads, and each costs time. */
const MOST_LINKS = 200;

/** Longer ones stay: mail programs and proxies cut what grows beyond them. */
export const LONGEST_LINK = 2_000;

/**
 * The HTML of a message with other links in the place of its own. Only those of `<a href="https://…">`, and none that says
 * `data-track="no"`: what stands in styles, forms or the text part stays.
 */
export function withTrackedLinks(html: string, { linkTo, picture }: TrackedLinks): string {
  const linked = linkTo === undefined ? html : replaceLinks(html, linkTo);
  if (picture === undefined) return linked;
  const img = `<img src="${escapeHtml(picture)}" width="1" height="1" alt="" style="display:block;border:0;width:1px;height:1px">`;
  const end = linked.lastIndexOf(END_OF_BODY);
  return end === -1 ? linked + img : linked.slice(0, end) + img + linked.slice(end);
}

function replaceLinks(html: string, linkTo: NonNullable<TrackedLinks['linkTo']>): string {
  const parts: string[] = [];
  let done = 0;
  let n = 0;
  for (const { index } of html.matchAll(/<a\s/gi)) {
    const end = index < done || n === MOST_LINKS ? undefined : endOfTag(html, index + 2);
    const tag = end === undefined ? '' : html.slice(index, end);
    const written = attributeIn(tag, 'href');
    const link = written === undefined ? undefined : trackable(decoded(written).trim());
    if (written === undefined || link === undefined || attributeIn(tag, 'data-track')?.toLowerCase() === 'no') continue;
    n++;
    const other = linkTo(link, n);
    if (other === undefined) continue;
    const at = index + tag.search(HREF) + (HREF.exec(tag)?.[0].length ?? 0);
    parts.push(html.slice(done, at), escapeHtml(other));
    done = at + written.length;
  }
  return parts.join('') + html.slice(done);
}

/** Up to where its value begins. */
const HREF = /\shref\s*=\s*["']/i;

const trackable = (link: string): string | undefined =>
  link.length <= LONGEST_LINK && /^https?:\/\/[^\s"'<>\\\p{Cc}]+$/iu.test(link) ? link : undefined;
