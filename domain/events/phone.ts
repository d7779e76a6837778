const PHONE = /^\+[1-9]\d{6,14}$/;

/** The zero that is dialled at home only, after the country code: `+41 (0)79 …`. */
const TRUNK_ZERO = /^([\s(]*\+[\s(]*[1-9]\d{0,2}[\s).-]*)\(0\)/;

/** The number in E.164, with spaces, dots, dashes and brackets taken out; undefined for anything that is none. */
export function phoneIn(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const number = value.replace(TRUNK_ZERO, '$1').replace(/[\s().-]/g, '');
  return PHONE.test(number) ? number : undefined;
}
