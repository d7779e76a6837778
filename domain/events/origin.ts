/**
 * Whether a web page may use a source. Origins are compared as browsers write them; `https://*.shop.example` stands for
 * every host below shop.example. Apps and servers send no origin: the list keeps other people's sites out, not people.
 */
export function isAllowedOrigin(allowed: readonly string[], origin: string | undefined): boolean {
  if (allowed.length === 0 || origin === undefined) return true;
  const sent = origin.toLowerCase();
  return allowed.some((pattern) => {
    const [scheme, domain] = pattern.toLowerCase().split('://*.', 2);
    if (domain === undefined) return sent === pattern.toLowerCase();
    return sent.startsWith(`${scheme}://`) && sent.endsWith(`.${domain}`);
  });
}
