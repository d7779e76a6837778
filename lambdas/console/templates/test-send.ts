import { sendersOf } from '../../../domain/delivery/email/sender.ts';
import { isWrittenTo, type StageLimits } from '../../../domain/delivery/stage-limits.ts';
import { addressIn } from '../../../domain/events/address.ts';
import type { EmailProvider } from '../../adapters/email-provider.ts';
import type { Suppression, SuppressionListReader } from '../../adapters/suppression-list.ts';
import type { SenderBinding } from '../../adapters/template-reader.ts';
import { type Answer, ok, problem } from '../api/answer.ts';
import { type PreviewRequest, show, type TemplatesDependencies } from './preview.ts';

export interface TestDependencies extends TemplatesDependencies {
  /** Without a configuration set: nobody is told what becomes of tests, and they count for nothing. */
  readonly testProvider: EmailProvider;
  /** An address that bounced does so again, whoever writes to it. */
  readonly suppressions: Pick<SuppressionListReader, 'find'>;
  /** Whom this stage writes to. In a dry run tests go all the same: they are asked for by who gets them. */
  readonly writesTo: Pick<StageLimits, 'onlyTo'>;
}

const NOT_WRITTEN_TO: Readonly<Record<Suppression['reason'], string>> = {
  bounced: 'Nothing is sent to that address any more: mail to it bounced.',
  'soft-bounces': 'Nothing is sent to that address any more: mail to it came back on three days of thirty.',
  complained: 'Nothing is sent to that address any more: its owner marked a message as spam.',
};

/** Sends an email, as `previewTemplate` shows it, to somebody who wants to see it in her own mail program. */
export async function sendTest(
  dependencies: TestDependencies,
  { to, ...request }: PreviewRequest & { readonly to: string },
): Promise<Answer<200, { readonly sent: true }>> {
  const address = addressIn(to);
  if (address === undefined) return problem(400, 'invalid_email', 'Write an email address in `to`.');
  if (!isWrittenTo(address, dependencies.writesTo))
    return problem(
      409,
      'not_on_list',
      'This stage does not write to that address: see `email.onlyTo` in its settings.',
    );
  const { suppression } = await dependencies.suppressions.find(address);
  if (suppression !== undefined) return problem(409, 'suppressed_address', NOT_WRITTEN_TO[suppression.reason]);
  const shown = await show(dependencies, request);
  if (shown.outcome === 'refused') return shown.problem;
  const { template, brand, preview } = shown;
  const bindings = new Map((await dependencies.catalog.bindings.list()).map(({ name, value }) => [name, value]));
  const bound = (name: string | undefined) => bindings.get(`sender/${name}`) as SenderBinding | undefined;
  const senders = sendersOf(template, brand, preview.locale);
  const [from, replyTo] = [bound(senders.from), bound(senders.replyTo)];
  if ((senders.from !== undefined && !from) || (senders.replyTo !== undefined && !replyTo))
    return problem(409, 'missing_binding', 'Its sender is not set up on this stage.');
  const { subject, preheader, html, text } = preview;
  const answer = await dependencies.testProvider.send({
    ...{ preheader, html, text, to: address, tags: { perennial: 'test' } },
    subject: `[TEST] ${subject}`,
    ...(from && { from }),
    ...(replyTo && { replyTo: replyTo.address }),
  });
  return answer.outcome === 'accepted'
    ? ok({ sent: true as const })
    : problem(502, 'not_sent', `The provider did not take it: ${answer.reason}.`);
}
