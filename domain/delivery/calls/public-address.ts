/**
 * Whether an address is one of the public internet. Whoever may set up endpoints must not be able to look around inside the
 * account by them: instance metadata, a database, the host itself. What cannot be read is none.
 *
 * @param address as a resolver answers: dotted IPv4, or IPv6 in any of its spellings, without brackets and zone
 */
export function isPublicAddress(address: string): boolean {
  const four = bytesOf4(address);
  if (four !== undefined) return isPublic4(four);
  const six = bytesOf6(address);
  return six !== undefined && isPublic6(six);
}

type Range = readonly [prefix: readonly number[], bits: number];

/** IANA's special-purpose registry of IPv4, without what is globally reachable. */
const NOT_PUBLIC_4: readonly Range[] = [
  [[0], 8], // this network
  [[10], 8],
  [[100, 64], 10], // carriers' NAT
  [[127], 8],
  [[169, 254], 16], // link-local, and with it the metadata of instances and credentials of containers
  [[172, 16], 12],
  [[192, 0, 0], 24],
  [[192, 0, 2], 24], // documentation
  [[192, 31, 196], 24], // AS112: answers for private addresses
  [[192, 52, 193], 24], // automatic multicast tunnels
  [[192, 88, 99], 24], // relays of 6to4
  [[192, 168], 16],
  [[192, 175, 48], 24],
  [[198, 18], 15], // benchmarks
  [[198, 51, 100], 24],
  [[203, 0, 113], 24],
  [[224], 3], // multicast, reserved, broadcast
];

/** Global unicast is 2000::/3; these parts of it are not for everybody, or lead to an IPv4 address inside. */
const NOT_PUBLIC_6: readonly Range[] = [
  [[0x20, 0x01, 0x00], 23], // protocol assignments, Teredo among them
  [[0x20, 0x01, 0x0d, 0xb8], 32], // documentation
  [[0x20, 0x02], 16], // 6to4
  [[0x26, 0x20, 0x00, 0x4f, 0x80, 0x00], 48], // AS112
  [[0x3f, 0xff, 0x00], 20], // documentation
];

const isPublic4 = (bytes: readonly number[]) => !NOT_PUBLIC_4.some((range) => within(bytes, range));

/** So IPv4 in IPv6's clothes (::ffff:0:0/96, ::/96), NAT64 (64:ff9b::/96 and :1::/48), unique local, link-local and multicast are not. */
const isPublic6 = (bytes: readonly number[]) =>
  within(bytes, [[0x20], 3]) && !NOT_PUBLIC_6.some((range) => within(bytes, range));

function within(bytes: readonly number[], [prefix, bits]: Range): boolean {
  return Array.from({ length: Math.ceil(bits / 8) }, (_, n) => n).every((n) => {
    const mask = 0xff << Math.max(0, 8 * (n + 1) - bits);
    return ((bytes[n] ?? 0) & mask) === ((prefix[n] ?? 0) & mask);
  });
}

/** Four decimals without leading zeros: octal, hexadecimal and short spellings are for resolvers, not from them. */
function bytesOf4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function bytesOf6(text: string): readonly number[] | undefined {
  if (text.length > 45 || !/^[0-9a-f:.]+$/i.test(text)) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [before, after] = halves.map((half) => (half === '' ? [] : partsOf(half.split(':'))));
  if (before === undefined || (halves.length === 2 && after === undefined)) return undefined;
  const given = before.length + (after?.length ?? 0);
  if (after === undefined ? given !== 16 : given > 14) return undefined;
  return [...before, ...Array.from({ length: 16 - given }, () => 0), ...(after ?? [])];
}

/** Groups of four hexadecimal digits; the last may be an IPv4 address. */
function partsOf(groups: readonly string[]): readonly number[] | undefined {
  const bytes: number[] = [];
  for (const [place, group] of groups.entries()) {
    const four = place === groups.length - 1 ? bytesOf4(group) : undefined;
    if (four !== undefined) bytes.push(...four);
    else if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return bytes;
}
