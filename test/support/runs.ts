/** How many cases a property is tried with: a few in each test run, many more in `npm run proof`. */
export const runs = (few: number): { numRuns: number } => ({
  numRuns: process.env.PERENNIAL_PROOF === undefined ? few : few * 50,
});
