/** Where a call goes. */
export interface EndpointUrl {
  /** A name, never an address: names are resolved, and what they resolve to is looked at. */
  readonly host: string;
  /** With what follows it, from its slash on. */
  readonly path: string;
}

/** Labels, the last of which begins with a letter: no spelling of an address does. */
const NAME = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** Names that only mean something inside a network. Their addresses would be refused as well; this says it sooner. */
const INSIDE = /\.(?:localhost|local|internal|intranet|lan|home|corp|private|arpa|onion)$/;

/**
 * What an endpoint's address must be, whoever has written the binding and however long ago: https, a public name, no user,
 * and the port of https. Undefined when it is not.
 */
export function endpointUrl(text: string): EndpointUrl | undefined {
  if (text.length > 2_000 || !URL.canParse(text)) return undefined;
  const { protocol, username, password, port, hostname, pathname, search } = new URL(text);
  if (protocol !== 'https:' || username !== '' || password !== '' || port !== '') return undefined;
  if (!NAME.test(hostname) || INSIDE.test(hostname)) return undefined;
  return { host: hostname, path: `${pathname}${search}` };
}
