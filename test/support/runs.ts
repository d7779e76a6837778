export const inProof = process.env.PERENNIAL_PROOF !== undefined;

/** How many cases a property is tried with: a few in each test run, many more in `npm run proof`. */
export const runs = (few: number): { numRuns: number } => ({ numRuns: inProof ? few * 50 : few });

/** What a test goes through: the difficult ones in each test run, all there are in `npm run proof`. */
export const difficultOrAll = <T>(difficult: readonly T[], all: readonly T[]): readonly T[] =>
  inProof ? all : difficult;
