import { bucketOf } from '../../hash.ts';

/** Percents have two digits after the point. */
const BUCKETS = 10_000;

/** Whether chance puts somebody among so many of a hundred: always the same answer for the same text. */
export const isAmong = (text: string, percent: number): boolean => bucketOf(text, BUCKETS) < percent * 100;

/** Which of several shares chance gives to somebody; undefined where they leave a rest, and she is in it. */
export function shareOf<Share extends { readonly percent: number }>(
  text: string,
  shares: readonly Share[],
): Share | undefined {
  const bucket = bucketOf(text, BUCKETS);
  let end = 0;
  for (const share of shares) {
    end += share.percent * 100;
    // Percents are no binary fractions: a hundredth of a bucket is nobody.
    if (bucket < end - 0.01) return share;
  }
  return undefined;
}
