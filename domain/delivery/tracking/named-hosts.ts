/**
 * Whether a template itself names the host that a link leads to, as in `href="https://shop.example/new"`. One that came out
 * of what is known of a person was written by her, or by whoever told it: sealed, it would lead anybody over our host to
 * anywhere.
 *
 * @param html as it was prepared, before anything was printed into it
 */
export function namesHostOf(html: string, link: string): boolean {
  const [, host] = /^https?:(\/\/[^/?#]+)/i.exec(link.toLowerCase()) ?? [];
  if (host === undefined) return false;
  const text = html.toLowerCase();
  for (let at = text.indexOf(host); at !== -1; at = text.indexOf(host, at + 1))
    // Nothing may be printed right behind it either: `//shop.example{{ x }}` can become any host.
    if (/^[/?#"'\s]/.test(text.slice(at + host.length, at + host.length + 1))) return true;
  return false;
}
