/**
 * US dollars for an email. SES's list price of November 2026 in us-east-1, a la carte, as local/bill/prices.ts has it; on a
 * plan it is another: `npm run doctor` says which one an account is on.
 */
const SES_PER_EMAIL = 0.1 / 1_000;

/**
 * US dollars for all else of AWS that a campaign's email takes: enrolment, decision, claim, timeline, receipt. Measured, see
 * "A campaign" in docs/bill.md.
 */
const OWN_PER_EMAIL = 0.011 / 1_000;

/** US dollars. */
export interface Cost {
  readonly ses: number;
  /** What the deployment itself takes for it. */
  readonly own: number;
  readonly usd: number;
}

/** What so many emails of a campaign cost. */
export function costOf(emails: number): Cost {
  const [ses, own] = [emails * SES_PER_EMAIL, emails * OWN_PER_EMAIL];
  return { ses: inCents(ses), own: inCents(own), usd: inCents(ses + own) };
}

const inCents = (usd: number): number => Math.round(usd * 100) / 100;
