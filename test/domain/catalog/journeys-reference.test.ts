import { describe, expect, it } from 'vitest';
import { referencePage } from '../../../domain/catalog/journey/reference-page.ts';

describe('docs/journeys-reference.md', () => {
  const page = referencePage();

  // Written anew by: npx vitest run test/domain/catalog/journeys-reference.test.ts -u
  it('is what the schemas say', async () => {
    await expect(page).toMatchFileSnapshot('../../../docs/journeys-reference.md');
  });

  it('says of every entry and step what it does, and of every form what it is', () => {
    expect(page).not.toMatch(/undefined|#\/\$defs/);
  });
});
