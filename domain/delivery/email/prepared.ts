/**
 * A template as the worker that sends it loads it: its snippets in place, its MJML compiled, its text part written. What is
 * left to do for each person is Liquid.
 */
export interface PreparedEmail {
  /** Of this form. Workers of an older release leave a newer one alone. */
  readonly form: 1;
  readonly class: EmailClass;
  readonly topic?: string;
  /** The key it names. */
  readonly brand?: string;
  /** Names of bindings, without their kind. */
  readonly sender?: string;
  readonly replyTo?: string;
  readonly fallback?: string;
  readonly locales: Readonly<Record<string, PreparedTexts>>;
}

export type EmailClass = 'marketing' | 'transactional';

/** Liquid, all of them. */
export interface PreparedTexts {
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
}

export const PREPARED_FORM = 1;

/** Before it the footer is put: prepared HTML has it in these letters, and nothing that is printed into it has. */
export const END_OF_BODY = '</body>';
