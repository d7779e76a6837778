import type { StepOf } from '../../catalog/journey/step.ts';
import { isJsonText, utf8Length } from '../../json.ts';
import { emailOf, phoneOf } from '../../state/contact.ts';
import type { Profile } from '../../state/profile.ts';
import type { Run } from '../../state/run.ts';
import { idIn, isKnown } from '../../state/user-key.ts';
import type { Reader } from '../email/filters.ts';
import { LiquidDialect, textLiquid } from '../email/liquid.ts';
import { scopeOf } from '../email/person-scope.ts';
import { aboutRun } from '../journey-scope.ts';
import type { CallRequest } from './call-request.ts';

export type CallStep = StepOf<'webhook'> | StepOf<'handoff'>;

/** What is told, and about whom. */
export interface Call {
  readonly request: CallRequest;
  readonly step: CallStep;
  readonly profile: Profile;
  readonly run: Run;
  /** On whose clock dates are told (IANA name). */
  readonly zone: string;
}

export type CallBody =
  | { readonly outcome: 'made'; readonly json: string }
  /** For this person it cannot be made, and could not the next time either. */
  | { readonly outcome: 'failed'; readonly reason: 'body-failed' | 'body-not-json' | 'body-too-long' };

/** Bytes. Receivers bound what they read; what is longer is a mistake in a loop. */
const LONGEST_BODY = 256 * 1_024;

/** What is printed goes between quotes: it can end no text of the body and begin nothing of its own. */
const jsonLiquid = new LiquidDialect((text) => JSON.stringify(text).slice(1, -1));

/** What a system is told, as JSON. docs/webhooks.md is what receivers rely on. */
export function callBody(call: Call): CallBody {
  const json = call.step.type === 'webhook' ? webhookBody(call, call.step) : handoffBody(call, call.step);
  if (json === undefined) return { outcome: 'failed', reason: 'body-failed' };
  if (utf8Length(json) > LONGEST_BODY) return { outcome: 'failed', reason: 'body-too-long' };
  return isJsonText(json) ? { outcome: 'made', json } : { outcome: 'failed', reason: 'body-not-json' };
}

function webhookBody(call: Call, { body }: StepOf<'webhook'>): string | undefined {
  if (body !== undefined) return rendered(jsonLiquid, body, call);
  return JSON.stringify({ ...headOf(call, 'webhook'), event: call.run.about ?? null });
}

/**
 * A task for a person, in words a helpdesk has for it. Where tasks are made by an API that wants no webhook, such as
 * StartTaskContact of Amazon Connect, this is what it is made of: subject is the Name, text the Description, queue the
 * flow or quick connect, id the ClientToken, and the rest are Attributes. A `kind` of the endpoint would choose that way.
 */
function handoffBody(call: Call, { subject, text, queue, urgency }: StepOf<'handoff'>): string | undefined {
  const texts = [subject, text ?? ''].map((one) => rendered(textLiquid, one, call));
  if (texts.includes(undefined)) return undefined;
  const [line = '', words] = texts;
  return JSON.stringify({
    ...headOf(call, 'handoff'),
    subject: line.replace(/\s+/g, ' ').trim().slice(0, 200),
    text: words,
    queue: queue ?? null,
    urgency: urgency ?? 'normal',
  });
}

/** What every body has that is not the project's own. */
function headOf({ request: { callId, of, decidedAt }, profile }: Call, type: CallStep['type']) {
  const { journey, version, step, run, group } = of;
  return {
    ...{ id: callId, type, at: new Date(decidedAt).toISOString() },
    ...{ journey, version, step, run, ...(group === 'test' && { test: true }) },
    person: {
      ...(isKnown(profile.key) ? { userId: idIn(profile.key) } : { anonymousId: idIn(profile.key) }),
      ...{ email: emailOf(profile) ?? null, phone: phoneOf(profile) ?? null },
    },
  };
}

function rendered(dialect: LiquidDialect, source: string, call: Call): string | undefined {
  const { profile, run, request, zone } = call;
  const parsing = dialect.parse(source);
  if (parsing.outcome !== 'parsed') return undefined;
  const reader: Reader = { locale: 'en', zone, now: request.decidedAt };
  const rendering = dialect.render(parsing.parsed, scopeOf(profile, undefined, aboutRun(run, request.of)), reader);
  return rendering.outcome === 'rendered' ? rendering.text : undefined;
}
