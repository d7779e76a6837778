/**
 * In which of its languages somebody gets a template: her own with its country, her own, the template's fallback, the
 * project's. Never throws: a locale that is none leads to the fallback.
 * @param wanted what her apps say: `de-AT`, `de_AT`, `zh-Hant-TW`
 * @param written the template's, as keys are written: `de`, `de-AT`
 */
export function chooseLocale(
  wanted: string | undefined,
  written: readonly string[],
  ...fallbacks: readonly (string | undefined)[]
): string {
  const { language, country } = partsOf(wanted);
  const tried = [
    ...(language !== undefined && country !== undefined ? [`${language}-${country}`] : []),
    language,
    ...fallbacks,
  ];
  return tried.find((one) => one !== undefined && written.includes(one)) ?? written[0] ?? 'en';
}

/** How dates and amounts are written for her: by her country's custom, where its language is the text's. */
export function formattingLocale(wanted: string | undefined, chosen: string): string {
  const { language, country } = partsOf(wanted);
  return country !== undefined && language === chosen ? `${language}-${country}` : chosen;
}

function partsOf(locale: string | undefined): { readonly language?: string; readonly country?: string } {
  const [, language, country] =
    /^([a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_]([a-z]{2}))?(?:[-_.@].*)?$/i.exec(locale?.slice(0, 40) ?? '') ?? [];
  return {
    ...(language !== undefined && { language: language.toLowerCase() }),
    ...(country !== undefined && { country: country.toUpperCase() }),
  };
}
