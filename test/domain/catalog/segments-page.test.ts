import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXPRESSIONS, expressionSchema } from '../../../domain/catalog/expression.ts';
import { lifecycleSchema } from '../../../domain/catalog/lifecycle.ts';

const page = readFileSync('docs/segments.md', 'utf8');

/** What stands alone as JSON: in a block, or as the first column of a table. */
const blocks = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, block = '']) => JSON.parse(block));
const cells = page
  .split('\n')
  .filter((line) => line.startsWith('| `{'))
  .flatMap((line) =>
    [...(line.split(' | ')[0] ?? '').matchAll(/`(\{.*?\})`/g)].map(([, cell = '']) => JSON.parse(cell)),
  );

describe('docs/segments.md', () => {
  it('shows only what can be asked', () => {
    const asked = [...cells, ...blocks.filter((block) => !('stages' in block))];
    expect(asked.length).toBeGreaterThan(25);
    for (const expression of asked)
      expect(expressionSchema.safeParse(expression).success, JSON.stringify(expression)).toBe(true);
  });

  it('shows stages that can be published', () => {
    const lifecycles = blocks.filter((block) => 'stages' in block);
    expect(lifecycles).toHaveLength(1);
    for (const lifecycle of lifecycles) expect(lifecycleSchema.safeParse(lifecycle).success).toBe(true);
  });

  it('names every question there is', () => {
    expect(
      Object.keys(EXPRESSIONS).filter((name) => !page.includes(`"${name}"`) && !page.includes(`\`${name}\``)),
    ).toEqual([]);
  });
});
