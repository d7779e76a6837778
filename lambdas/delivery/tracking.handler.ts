import { messagePage } from '../../domain/delivery/preferences/page.ts';
import { languageOf } from '../../domain/delivery/preferences/page-words.ts';
import { encodeLook } from '../../domain/delivery/receipts/own-look.ts';
import { type LookLink, unpackLook } from '../../domain/delivery/tracking/look-link.ts';
import { hashText } from '../../domain/hash.ts';
import type { Queue } from '../adapters/queue.ts';
import { type HttpAnswer, type HttpEvent, headerOf } from '../runtime/http.ts';
import { errorName, type Log } from '../runtime/log.ts';
import { pageAnswer } from './page-answer.ts';
import type { TokenOpener } from './sealed-tokens.ts';

export interface TrackingDependencies {
  /** Rejects when nobody can tell. */
  readonly opener: () => Promise<TokenOpener>;
  /** Where what was seen waits to be counted. */
  readonly receipts: Queue;
  readonly log: Log;
}

/**
 * Where the links and the picture of a message lead. A link leads on to what was sealed into it and nowhere else: nobody
 * can make one of his own, so this redirects to no address but those that stood in our messages. Whether the look can be
 * counted makes no difference to who wants to get there.
 */
export async function tracking(dependencies: TrackingDependencies, event: HttpEvent): Promise<HttpAnswer> {
  const kind = event.rawPath.startsWith('/o/') ? 'open' : 'click';
  const { method } = event.requestContext.http;
  try {
    const { open } = await dependencies.opener();
    const isLook = method === 'GET' || method === 'HEAD';
    const link = isLook ? unpackLook(open(kind, event.pathParameters?.token ?? '')) : undefined;
    const answer = link && answerTo(link, kind);
    if (link === undefined || answer === undefined) return page(event, 404, 'unknown');
    // HEAD asks whether there is something: link checkers do.
    if (method === 'GET') await note(dependencies, event, link);
    return answer;
  } catch (error) {
    dependencies.log('tracking-failed', { error: errorName(error) });
    return page(event, 503, 'failed');
  }
}

/** Undefined where a token does not hold what its kind needs. */
function answerTo({ to }: LookLink, kind: 'open' | 'click'): HttpAnswer | undefined {
  if (kind === 'open') return PICTURE;
  if (to === undefined || !URL.canParse(to.url)) return undefined;
  // As a header can hold it.
  return { statusCode: 302, headers: { ...UNSEEN, location: new URL(to.url).href }, body: '' };
}

/** Kept by nobody on the way, found by no search engine; and where it leads does not learn where from. */
const UNSEEN = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' };

/** One transparent dot. */
const PICTURE: HttpAnswer = {
  statusCode: 200,
  headers: { ...UNSEEN, 'content-type': 'image/gif' },
  body: 'R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==',
  isBase64Encoded: true,
};

const page = (event: HttpEvent, status: 404 | 503, says: 'unknown' | 'failed'): HttpAnswer =>
  pageAnswer(
    status,
    messagePage({ brand: undefined, language: languageOf(headerOf(event, 'accept-language')) }, says),
    undefined,
  );

async function note({ receipts, log }: TrackingDependencies, event: HttpEvent, link: LookLink): Promise<void> {
  const kind = link.to === undefined ? 'opened' : 'clicked';
  const userAgent = headerOf(event, 'user-agent') ?? '';
  const look = encodeLook({ ...link, kind, userAgent, at: event.requestContext.timeEpoch });
  try {
    const refused = await receipts.send([{ body: look, group: hashText(link.sendId) }]);
    if (refused.length > 0) log('look-uncounted', { error: 'Refused' });
  } catch (error) {
    log('look-uncounted', { error: errorName(error) });
  }
}
