import type { BuiltInMessage } from '../../decisions/effect.ts';
import { PREPARED_FORM, type PreparedEmail } from './prepared.ts';

/** Until a project publishes a template of the same key, a built-in message is written like this. */
const written = (subject: string, ...paragraphs: readonly string[]): PreparedEmail => {
  const lines = ['Hello {{ person.firstName | default: "there" }},', ...paragraphs];
  return {
    form: PREPARED_FORM,
    class: 'marketing',
    locales: {
      en: {
        subject,
        preheader: '',
        html: `<!doctype html><html lang="en"><body>${lines.map((line) => `<p>${line}</p>`).join('')}</body></html>`,
        text: `${lines.join('\n\n')}\n`,
      },
    },
  };
};

const confirming = (lang: string, subject: string, hello: string, asks: string, button: string, otherwise: string) => ({
  subject,
  preheader: '',
  html:
    `<!doctype html><html lang="${lang}"><body><p>${hello}</p><p>${asks}</p>` +
    `<p><a href="{{ confirm_url }}">${button}</a></p><p>${otherwise}</p></body></html>`,
  text: `${hello}\n\n${asks}\n\n${button}: {{ confirm_url }}\n\n${otherwise}\n`,
});

export const BUILT_IN_EMAILS: Readonly<Record<BuiltInMessage, PreparedEmail>> = {
  welcome: written(
    'Welcome!',
    'Good to have you here. Have a look around; we will be in touch when there is something for you.',
  ),
  'we-miss-you': written('We miss you', 'It has been a while. Come back and see what is new.'),
  'confirm-subscription': {
    form: PREPARED_FORM,
    class: 'transactional',
    locales: {
      en: confirming(
        'en',
        'Please confirm: {{ topic.name }}',
        'Hello {{ person.firstName | default: "there" }},',
        'you would like to get “{{ topic.name }}” by email. Please confirm that it was you.',
        'Confirm',
        'If it was not, you need not do anything: nothing will come.',
      ),
      de: confirming(
        'de',
        'Bitte bestätige: {{ topic.name }}',
        'Hallo{% if person.firstName %} {{ person.firstName }}{% endif %},',
        'du möchtest „{{ topic.name }}“ per E-Mail bekommen. Bitte bestätige, dass du das warst.',
        'Bestätigen',
        'Wenn nicht, musst du nichts tun: Es kommt dann nichts.',
      ),
    },
  },
};
