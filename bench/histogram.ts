const MOST_ROWS = 12;
const SMALLEST_BIN = 64;
const WIDTH = 40;

/** The distribution of a sample of bytes, as lines of text: upper end of each bin, a bar, its share of the sample. */
export function histogram(bytes: readonly number[]): string[] {
  const largest = bytes.reduce((most, each) => Math.max(most, each), 0);
  let bin = SMALLEST_BIN;
  while (largest > bin * MOST_ROWS) bin *= 2;
  const counts = new Array<number>(Math.ceil(largest / bin)).fill(0);
  for (const each of bytes) {
    const row = Math.ceil(each / bin) - 1;
    counts[row] = (counts[row] ?? 0) + 1;
  }
  const tallest = Math.max(...counts);
  return counts.map((count, row) => {
    const bar = '▇'.repeat(Math.ceil((count / tallest) * WIDTH)).padEnd(WIDTH);
    return `≤ ${String((row + 1) * bin).padStart(5)} B  ${bar} ${((100 * count) / bytes.length).toFixed(1).padStart(5)} %`;
  });
}
