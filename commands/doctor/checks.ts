import type { Check } from './check.ts';
import { dataChecks } from './data-checks.ts';
import { emailChecks } from './email-checks.ts';
import { engineChecks } from './engine-checks.ts';

/** Everything `npm run doctor` looks at. */
export const checks: readonly Check[] = [...engineChecks, ...dataChecks, ...emailChecks];
