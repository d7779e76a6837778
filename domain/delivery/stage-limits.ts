/** What a stage does with messages besides its project's rules: for those that are tried out with real people's data. */
export interface StageLimits {
  /** Everything is done but the last step: no marketing and no receipt reaches anybody. */
  readonly dryRun: boolean;
  /** Addresses (`ada@shop.example`) and whole domains (`@example.com`) that are written to; undefined: all. */
  readonly onlyTo?: readonly string[];
}

/** Whether a stage writes to an address at all. @param address normalised, as `emailOf` gives it */
export const isWrittenTo = (address: string, { onlyTo }: Pick<StageLimits, 'onlyTo'>): boolean =>
  onlyTo === undefined ||
  onlyTo.some((entry) =>
    entry.startsWith('@') ? address.endsWith(entry.toLowerCase()) : address === entry.toLowerCase(),
  );
