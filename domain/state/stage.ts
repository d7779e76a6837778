/** The lifecycle stages every project starts with, in the order in which a dashboard shows them. */
export const STAGES = ['new', 'active', 'loyal', 'returning', 'at-risk', 'dormant', 'churned'] as const;

export type Stage = (typeof STAGES)[number];
