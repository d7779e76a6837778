/**
 * The first circle that each of some things is in, as the things on its way: what leads to itself. A thing is named in one
 * circle at most, so that one mistake is told once.
 */
export function circlesIn(leadsTo: ReadonlyMap<string, Iterable<string>>): readonly (readonly string[])[] {
  const circles: string[][] = [];
  const done = new Set<string>();
  for (const start of leadsTo.keys()) {
    const circle = done.has(start) ? undefined : wayBack(start, leadsTo);
    if (circle === undefined) continue;
    for (const one of circle) done.add(one);
    circles.push(circle);
  }
  return circles;
}

/** The shortest way from a thing to itself, breadth first: definitions may refer to each other in chains of hundreds. */
function wayBack(start: string, leadsTo: ReadonlyMap<string, Iterable<string>>): string[] | undefined {
  const before = new Map<string, string>();
  let at = [start];
  while (at.length > 0) {
    const next: string[] = [];
    for (const one of at)
      for (const other of leadsTo.get(one) ?? []) {
        if (other === start) return way(one, before);
        if (before.has(other)) continue;
        before.set(other, one);
        next.push(other);
      }
    at = next;
  }
  return undefined;
}

function way(last: string, before: ReadonlyMap<string, string>): string[] {
  const found = [last];
  for (let one = before.get(last); one !== undefined; one = before.get(one)) found.unshift(one);
  return found;
}
