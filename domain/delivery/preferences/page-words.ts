/** What the pages say. `{…}` is filled in. */
export interface PageWords {
  readonly title: string;
  readonly titleWithBrand: string;
  readonly intro: string;
  readonly introWithAddress: string;
  readonly topics: string;
  readonly save: string;
  readonly leaveAll: string;
  readonly leaveTopic: string;
  readonly stillComes: string;
  readonly saved: string;
  readonly savedNone: string;
  readonly notTaken: string;
  readonly left: string;
  readonly leftTopic: string;
  readonly returnAll: string;
  readonly returnTopic: string;
  readonly returned: string;
  readonly returnedTopic: string;
  readonly confirmTitle: string;
  readonly confirmText: string;
  readonly confirm: string;
  readonly confirmedTitle: string;
  readonly confirmedText: string;
  readonly expiredTitle: string;
  readonly expiredText: string;
  readonly unknownTitle: string;
  readonly unknownText: string;
  readonly failedTitle: string;
  readonly failedText: string;
}

/** The version of these words: it stands in the proof of each answer. A change that somebody could read another way makes a new one. */
export const PAGE_WORDING = 'preference-page-1';

const en: PageWords = {
  title: 'Your emails',
  titleWithBrand: 'Your emails from {brand}',
  intro: 'Choose what you would like to get.',
  introWithAddress: 'Choose what you would like to get at {address}.',
  topics: 'I would like to hear about',
  save: 'Save my choice',
  leaveAll: 'Unsubscribe from everything',
  leaveTopic: 'Unsubscribe from “{topic}”',
  stillComes: 'What you ask for yourself, such as a receipt or a new password, still comes.',
  saved: 'Saved. You get: {topics}.',
  savedNone: 'Saved. You get none of these any more.',
  notTaken: 'Nothing was changed: this page was too old. Please choose once more.',
  left: 'You are unsubscribed from everything.',
  leftTopic: 'You are unsubscribed from “{topic}”.',
  returnAll: 'Subscribe again',
  returnTopic: 'Subscribe to “{topic}” again',
  returned: 'You are subscribed again.',
  returnedTopic: 'You are subscribed to “{topic}” again.',
  confirmTitle: 'Subscribe to “{topic}”?',
  confirmText: 'Confirm that you would like to get these emails. If you did not ask for them, just close this page.',
  confirm: 'Yes, subscribe me',
  confirmedTitle: 'You are subscribed to “{topic}”',
  confirmedText: 'Thank you. Each of these emails has a link by which you can unsubscribe.',
  expiredTitle: 'This link is too old',
  expiredText: 'It was good for seven days. Please subscribe once more to get a new one.',
  unknownTitle: 'This link does not work',
  unknownText: 'It may have been cut off. Please take the link from the email once more, or from a newer one.',
  failedTitle: 'That did not work',
  failedText: 'Your link is all right; the fault is ours. Please try again in a few minutes.',
};

const de: PageWords = {
  title: 'Deine E-Mails',
  titleWithBrand: 'Deine E-Mails von {brand}',
  intro: 'Such dir aus, was du bekommen möchtest.',
  introWithAddress: 'Such dir aus, was du an {address} bekommen möchtest.',
  topics: 'Ich möchte hören von',
  save: 'Auswahl speichern',
  leaveAll: 'Von allem abmelden',
  leaveTopic: 'Von „{topic}“ abmelden',
  stillComes: 'Was du selbst anforderst, etwa eine Quittung oder ein neues Passwort, kommt weiterhin.',
  saved: 'Gespeichert. Du bekommst: {topics}.',
  savedNone: 'Gespeichert. Du bekommst nichts mehr davon.',
  notTaken: 'Es hat sich nichts geändert: Diese Seite war zu alt. Bitte wähle noch einmal.',
  left: 'Du bist von allem abgemeldet.',
  leftTopic: 'Du bist von „{topic}“ abgemeldet.',
  returnAll: 'Wieder anmelden',
  returnTopic: 'Wieder für „{topic}“ anmelden',
  returned: 'Du bist wieder angemeldet.',
  returnedTopic: 'Du bist wieder für „{topic}“ angemeldet.',
  confirmTitle: '„{topic}“ bekommen?',
  confirmText:
    'Bestätige, dass du diese E-Mails bekommen möchtest. Wenn nicht du sie bestellt hast, schließ einfach diese Seite.',
  confirm: 'Ja, anmelden',
  confirmedTitle: 'Du bist für „{topic}“ angemeldet',
  confirmedText: 'Danke. In jeder dieser E-Mails steht ein Link, über den du dich abmelden kannst.',
  expiredTitle: 'Dieser Link ist zu alt',
  expiredText: 'Er galt sieben Tage. Bitte melde dich noch einmal an, dann kommt ein neuer.',
  unknownTitle: 'Dieser Link funktioniert nicht',
  unknownText:
    'Vielleicht ist er abgeschnitten. Bitte nimm den Link noch einmal aus der E-Mail oder aus einer neueren.',
  failedTitle: 'Das hat nicht geklappt',
  failedText: 'Dein Link ist in Ordnung, der Fehler liegt bei uns. Bitte versuche es in ein paar Minuten noch einmal.',
};

export interface Language {
  readonly lang: string;
  readonly words: PageWords;
}

/** The first of the languages that the pages know; English, if none is. @param wanted such as `de-AT`; undefined where nobody knows */
export function languageOf(...wanted: readonly (string | undefined)[]): Language {
  for (const one of wanted) {
    if (one !== undefined && /^de\b/i.test(one)) return { lang: 'de', words: de };
    if (one !== undefined && /^en\b/i.test(one)) break;
  }
  return { lang: 'en', words: en };
}

/** A sentence with its places filled in; what is put in is not read again. */
export const filled = (sentence: string, values: Readonly<Record<string, string>>): string =>
  sentence.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
