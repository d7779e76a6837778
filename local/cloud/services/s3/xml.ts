/** A value as S3 writes it: a list repeats its element, undefined leaves it out. */
export type XmlValue = string | number | boolean | undefined | XmlElement | readonly XmlElement[];
export interface XmlElement {
  readonly [name: string]: XmlValue;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A document with one root; errors are the only ones of S3 without a namespace. */
export function xmlDocument(root: string, content: XmlElement, { namespace = true } = {}): string {
  const opening = namespace ? `<${root} xmlns="${NAMESPACE}">` : `<${root}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${opening}${elements(content)}</${root}>`;
}

const elements = (content: XmlElement): string =>
  Object.entries(content)
    .flatMap(([name, value]) =>
      [value].flat().map((one) => element(name, one as Exclude<XmlValue, readonly unknown[]>)),
    )
    .join('');

function element(name: string, value: XmlElement | string | number | boolean | undefined): string {
  if (value === undefined) return '';
  return `<${name}>${typeof value === 'object' ? elements(value) : escaped(String(value))}</${name}>`;
}

const escaped = (text: string): string => text.replace(/[&<>"\r\n]/g, (character) => `&#${character.codePointAt(0)};`);
