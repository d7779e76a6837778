const TIMESTAMP_LETTERS: Readonly<Record<string, (time: string) => string>> = {
  yyyy: (time) => time.slice(0, 4),
  MM: (time) => time.slice(5, 7),
  dd: (time) => time.slice(8, 10),
  HH: (time) => time.slice(11, 13),
  mm: (time) => time.slice(14, 16),
  ss: (time) => time.slice(17, 19),
};

/**
 * A delivery stream's prefix with its `!{…}` expressions filled in, in UTC. AWS appends `yyyy/MM/dd/HH/` to a prefix
 * that has none. Throws for expressions we do not know, when the stream is created rather than at its first flush.
 */
export function fillPrefix(prefix: string, at: number, random: () => string): string {
  const time = new Date(at).toISOString();
  if (!prefix.includes('!{')) return `${prefix}${formatTime('yyyy/MM/dd/HH/', time)}`;
  return prefix.replace(/!\{([^:}]*):([^}]*)\}/g, (expression, namespace: string, value: string) => {
    if (namespace === 'timestamp') return formatTime(value, time);
    if (namespace === 'firehose' && value === 'random-string') return random().replaceAll('-', '').slice(0, 11);
    throw new Error(`Prefix expression ${expression} is not known to the local cloud.`);
  });
}

/** AWS: `<stream>-<version>-yyyy-MM-dd-HH-mm-ss-<random>`, the time being that of the object's first record. */
export function objectName(streamName: string, at: number, random: string, gzip: boolean): string {
  const time = formatTime('yyyy-MM-dd-HH-mm-ss', new Date(at).toISOString());
  return `${streamName}-1-${time}-${random}${gzip ? '.gz' : ''}`;
}

function formatTime(pattern: string, time: string): string {
  return pattern.replace(/'([^']*)'|([A-Za-z])\2*/g, (letters, quoted: string | undefined) => {
    if (quoted !== undefined) return quoted;
    const format = TIMESTAMP_LETTERS[letters];
    if (format === undefined) throw new Error(`Timestamp letters ${letters} are not known to the local cloud.`);
    return format(time);
  });
}
