import { type Call, type CallStep, callBody } from '../../domain/delivery/calls/call-body.ts';
import type { CallRequest } from '../../domain/delivery/calls/call-request.ts';
import { endpointUrl } from '../../domain/delivery/calls/endpoint-url.ts';
import { type Answer, answerOf, timeOutOf } from '../../domain/delivery/calls/retries.ts';
import { runOf, stepOfRun } from '../../domain/delivery/journey-scope.ts';
import { isWrittenTo, type StageLimits } from '../../domain/delivery/stage-limits.ts';
import { parseDuration } from '../../domain/duration.ts';
import { emailOf } from '../../domain/state/contact.ts';
import type { Profile } from '../../domain/state/profile.ts';
import type { EndpointBindings } from '../adapters/endpoint-bindings.ts';
import type { Outside } from '../adapters/outside.ts';
import type { ProfileReader } from '../adapters/profile-store.ts';
import type { SigningSecrets } from '../adapters/signing-secrets.ts';
import { errorName } from '../runtime/log.ts';
import { signedHeaders } from './call-signature.ts';
import { liveJourneyOf } from './journey-message.ts';
import type { LiveJourneys } from './live-journeys.ts';

export interface TellDependencies {
  readonly profiles: ProfileReader;
  readonly journeys: LiveJourneys;
  readonly endpoints: EndpointBindings;
  readonly secrets: SigningSecrets;
  readonly outside: Outside;
  readonly limits: StageLimits;
  /** IANA name. */
  readonly zone: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Is aborted after so many milliseconds. */
  readonly timeout: (milliseconds: number) => AbortSignal;
}

/** There is nothing to tell any more. */
interface Dropped {
  readonly outcome: 'dropped';
  readonly reason: string;
}

/** What came of it, or why nobody was told. `dry-run`: all was done but the last step. */
type Told = Answer | Dropped | { readonly outcome: 'dry-run' };

const dropped = (reason: string): Dropped => ({ outcome: 'dropped', reason });

/** Tells a system once what a step of somebody's run says. Rejects when our own stores do not answer. */
export async function tell(dependencies: TellDependencies, request: CallRequest): Promise<Told> {
  const call = await callOf(dependencies, request);
  if ('outcome' in call) return call;
  const body = callBody(call);
  if (body.outcome === 'failed') return { outcome: 'refused', reason: body.reason };
  if (!isTold(call.profile, dependencies.limits)) return { outcome: 'dry-run' };
  return post(dependencies, call, body.json);
}

/** The person, her run and what its step says, as they are now. */
async function callOf({ profiles, journeys, zone }: TellDependencies, request: CallRequest): Promise<Call | Dropped> {
  const journey = await liveJourneyOf(journeys, request);
  if (journey === undefined || journey.halted?.how === 'stopped') return dropped('journey-stopped');
  const step = stepOfRun(journey, request.of);
  if (step?.type !== 'webhook' && step?.type !== 'handoff') return dropped('step-gone');
  const stored = await profiles.get(request.user);
  if (stored?.outcome === 'unknown-version') throw new Error('A newer release wrote her profile');
  if (stored === undefined) return dropped('run-gone');
  const { profile } = stored;
  const run = runOf(profile, request.of);
  return run === undefined ? dropped('run-gone') : { request, step, profile, run, zone };
}

/** A stage that writes only to some people tells other systems only of those. */
function isTold(profile: Profile, limits: StageLimits): boolean {
  if (limits.dryRun) return false;
  const address = emailOf(profile);
  return limits.onlyTo === undefined || (address !== undefined && isWrittenTo(address, limits));
}

async function post(
  { endpoints, secrets, outside, now, timeout }: TellDependencies,
  { request: { callId }, step }: Call,
  json: string,
): Promise<Answer> {
  const endpoint = await endpoints.read(step.endpoint);
  // Whoever has taken the binding away for a while has these wait.
  if (endpoint === undefined) return { outcome: 'not-now', reason: 'endpoint-not-set-up' };
  const to = endpointUrl(endpoint.url);
  if (to === undefined) return { outcome: 'refused', reason: 'endpoint-not-allowed' };
  let known: readonly string[] = [];
  try {
    if (endpoint.secret !== undefined) known = await secrets.read(endpoint.secret);
  } catch (error) {
    // Never unsigned, for want of the secret.
    return { outcome: 'not-now', reason: `secret-${errorName(error)}` };
  }
  const headers = { ...HEADERS, ...signedHeaders(callId, json, known, now()) };
  const signal = timeout(timeOutIn(step));
  try {
    const { status, retryAfter } = await outside.post(to, headers, json, signal);
    return answerOf(status, retryAfter, now());
  } catch (error) {
    const name = errorName(error);
    if (name === 'NotPublic') return { outcome: 'refused', reason: 'endpoint-not-public' };
    return { outcome: 'not-now', reason: signal.aborted ? 'time-out' : connectionProblem(error) };
  }
}

const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Perennial-Webhooks/1' };

const timeOutIn = (step: CallStep): number =>
  timeOutOf(step.type === 'webhook' ? parseDuration(step.timeout) : undefined);

/** `connection-ECONNREFUSED`: Node's code, where there is one. */
function connectionProblem(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? `connection-${code}` : 'connection-failed';
}
