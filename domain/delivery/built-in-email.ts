import type { MessageName } from '../decisions/effect.ts';
import { type Profile, traitOf } from '../state/profile.ts';

export interface RenderedEmail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const COPY: Record<MessageName, { subject: string; paragraphs: (name: string) => readonly string[] }> = {
  welcome: {
    subject: 'Welcome!',
    paragraphs: (name) => [
      `Hello ${name},`,
      'Good to have you here. Have a look around; we will be in touch when there is something for you.',
    ],
  },
  'we-miss-you': {
    subject: 'We miss you',
    paragraphs: (name) => [`Hello ${name},`, 'It has been a while. Come back and see what is new.'],
  },
};

/** The words of a built-in message for one person. Names come from outside, so they are escaped and bounded. */
export function renderBuiltIn(message: MessageName, profile: Profile): RenderedEmail {
  const { subject, paragraphs } = COPY[message];
  const lines = paragraphs(firstNameOf(profile) ?? 'there');
  return {
    subject,
    text: `${lines.join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><body>${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}</body></html>`,
  };
}

function firstNameOf(profile: Profile): string | undefined {
  const name = traitOf(profile, 'firstName') ?? traitOf(profile, 'first_name') ?? traitOf(profile, 'name');
  if (typeof name !== 'string') return undefined;
  const clean = name
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 60);
  return clean === '' ? undefined : clean;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
