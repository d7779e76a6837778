import { escapeHtml } from '../../domain/delivery/email/liquid.ts';
import type { OutboxMessage } from '../perennial.ts';

/**
 * A message as its reader would see it, with what mail programs do not show. Its HTML stands in a frame that may open links
 * and nothing else; pictures of the world stay away, because nothing leaves this machine.
 */
export function messagePage(message: OutboxMessage): string {
  const { at, from, to, subject, html, text, headers, tags } = message;
  const rows = { From: from, To: to.join(', '), Date: at, ...headers, ...prefixed(tags) };
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${STYLE}</style></head><body><main><p><a href="/">Perennial on this laptop</a></p><h1>${escapeHtml(subject)}</h1>
<table>${Object.entries(rows).map(row).join('')}</table>
${html === undefined ? '' : `<iframe title="The message" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escapeHtml(`<base target="_blank">${html}`)}"></iframe>`}
<h2>As plain text</h2><pre tabindex="0">${escapeHtml(text ?? '')}</pre></main></body></html>`;
}

const prefixed = (tags: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [`tag ${name}`, value]));

const row = ([name, value]: readonly [string, string]) =>
  `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`;

const STYLE = `
  :root { color-scheme: light dark }
  body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: light-dark(#f6f7f5, #14181a); color: light-dark(#1b2420, #e6ebe8) }
  main { max-width: 760px; margin: 0 auto; padding: 24px 16px 48px } h1 { font-size: 22px; margin: 8px 0 } h2 { font-size: 15px }
  a { color: light-dark(#1d7a4c, #4cc38a) }
  table { font-size: 13px; border-collapse: collapse; width: 100%; table-layout: fixed } th { text-align: left; font-weight: 500; width: 170px; vertical-align: top }
  td { overflow-wrap: anywhere } iframe { width: 100%; height: 640px; border: 1px solid light-dark(#dfe4e0, #303a3d); border-radius: 10px; background: #fff; margin-top: 16px }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px }`;
