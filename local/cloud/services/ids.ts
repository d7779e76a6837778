import { createHash } from 'node:crypto';

/**
 * Makes ids that look like AWS's random ones and are the same in every run, so that two runs of one story can be
 * compared line by line.
 */
export function idSource(label: string): () => string {
  let count = 0;
  return () => {
    const hex = createHash('md5').update(`${label}:${++count}`).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
}
