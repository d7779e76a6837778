/** Names longer than this nobody mistypes into one of ours. */
const LONGEST = 40;

/** The name that was probably meant: differs by a letter or two, or only by capitals, hyphens and spaces. */
function likeliest(written: string, known: Iterable<string>): string | undefined {
  if (written.length > LONGEST) return undefined;
  // Of two letters, one changed is another word.
  const allowed = written.length <= 2 ? 0 : written.length <= 4 ? 1 : 2;
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const name of known) {
    const edits = plain(name) === plain(written) ? 0 : editsBetween(written.toLowerCase(), name.toLowerCase());
    if (edits <= allowed && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) best = { name, edits };
  }
  return best?.name;
}

/** `; did you mean “trait”?`, or nothing. */
export function didYouMean(written: string, known: Iterable<string>): string {
  const name = likeliest(written, known);
  return name === undefined ? '' : `; did you mean “${name}”?`;
}

const plain = (name: string): string => name.toLowerCase().replace(/[-_\s]/g, '');

/** Letters to add, take away, replace or swap with their neighbour: the optimal string alignment distance. */
function editsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Number.POSITIVE_INFINITY;
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      row.push(edits);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
