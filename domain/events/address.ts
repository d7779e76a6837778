/** One @ between a local part and a domain with a dot; whether the address works, only sending can tell. */
const EMAIL = /^[^\s@<>"(),;:\\[\]]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i;

/** The e-mail address in a value that an app sent, in lower case; undefined when it holds none. */
export function addressIn(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 254) return undefined;
  const address = value.trim().toLowerCase();
  return EMAIL.test(address) ? address : undefined;
}
