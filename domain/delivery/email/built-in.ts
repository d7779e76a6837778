import type { MessageName } from '../../decisions/effect.ts';
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

export const BUILT_IN_EMAILS: Readonly<Record<MessageName, PreparedEmail>> = {
  welcome: written(
    'Welcome!',
    'Good to have you here. Have a look around; we will be in touch when there is something for you.',
  ),
  'we-miss-you': written('We miss you', 'It has been a while. Come back and see what is new.'),
};
