import { isAllowedOrigin } from '../../domain/events/origin.ts';
import type { Source } from '../../domain/events/source.ts';
import type { SourceDirectory } from '../adapters/source-directory.ts';
import { type HttpAnswer, type HttpEvent, headerOf } from '../runtime/http.ts';
import { errorName, type Log } from '../runtime/log.ts';
import { failure, unavailable } from './answers.ts';
import type { Observer } from './observing/observer.ts';
import { readBody } from './request-body.ts';
import { writeKeyInBody, writeKeyOutsideBody } from './write-key.ts';

export interface AdmissionDependencies {
  readonly sources: SourceDirectory;
  readonly observer: Observer;
  readonly log: Log;
}

export type Admitted =
  | { readonly outcome: 'admitted'; readonly source: Source; readonly body: unknown }
  | { readonly outcome: 'answered'; readonly answer: HttpAnswer };

/** Who sends and what, or the answer to somebody who may not, or whose body nobody can read. */
export async function admit(dependencies: AdmissionDependencies, event: HttpEvent): Promise<Admitted> {
  const { observer, log } = dependencies;
  const outsideBody = writeKeyOutsideBody(event);
  // Who is nobody is told so before anything is unpacked for him, unless only the body says who he is.
  const early = outsideBody === undefined ? undefined : await sourceOf(dependencies, outsideBody);
  if (early?.outcome === 'nobody') return answered(early.answer);
  const body = readBody(event);
  if (body.outcome === 'refused' && body.code === 'body_mangled') log('body-mangled');
  const found =
    early ?? (await sourceOf(dependencies, body.outcome === 'json' ? writeKeyInBody(body.value) : undefined));
  // Nobody can tell whose a body is that holds its key and cannot be read: what is wrong with it says more.
  if (found.outcome === 'nobody')
    return answered(body.outcome === 'refused' ? failure(400, body.code, body.message) : found.answer);

  const { source } = found;
  const problem = isAllowedOrigin(source.origins, headerOf(event, 'origin')) ? body : ORIGIN_NOT_ALLOWED;
  if (problem.outcome === 'json') return { outcome: 'admitted', source, body: problem.value };
  await showRefusal(observer, source, event.requestContext.timeEpoch, problem);
  return answered(failure(400, problem.code, problem.message));
}

const answered = (answer: HttpAnswer): Admitted => ({ outcome: 'answered', answer });

const ORIGIN_NOT_ALLOWED = {
  outcome: 'refused',
  code: 'origin_not_allowed',
  message: 'This write key may not be used from this web site.',
} as const;

/** Shows the source's developer that a whole request was refused, and why. */
export async function showRefusal(
  observer: Observer,
  source: Source,
  at: number,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<void> {
  observer.note(source, { at, accepted: [], refused: [{ outcome: 'request-refused', code, message }] });
  await observer.flush();
}

export type FoundSource =
  | { readonly outcome: 'source'; readonly source: Source }
  | { readonly outcome: 'nobody'; readonly answer: HttpAnswer };

/** The source of a key, or the answer to somebody who has none. */
export async function sourceOf(
  { sources, log }: Pick<AdmissionDependencies, 'sources' | 'log'>,
  writeKey: string | undefined,
): Promise<FoundSource> {
  if (writeKey === undefined) return nobody(failure(401, 'no_write_key', WHERE_KEYS_STAND));
  try {
    const source = await sources.find(writeKey);
    if (source !== undefined) return { outcome: 'source', source };
  } catch (error) {
    // Never 401 here: some SDKs answer that by throwing away everything they have stored.
    log('source-lookup-failed', { error: errorName(error) });
    return nobody(unavailable());
  }
  return nobody(failure(401, 'unknown_write_key', 'No source has this write key.'));
}

const nobody = (answer: HttpAnswer): FoundSource => ({ outcome: 'nobody', answer });

const WHERE_KEYS_STAND = 'Send the write key as the Basic user name, as writeKey in the body, or as a beacon’s query.';
