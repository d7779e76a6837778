import { type Consents, entriesOf } from '../../state/consent.ts';

/**
 * What was refused by links that were mailed to an address, and when (ms), by what it is about: `email`, `email/news`. Kept
 * by address and written before the answer, so that it holds at once and for everybody who has the address.
 */
export type Refusals = ReadonlyMap<string, number>;

/**
 * What somebody has said, with what was refused at her address: as if she had said so herself at that time. A yes that she
 * gave later goes before it. Whatever her profile has no room for counts here too.
 */
export function withRefusals(consents: Consents, refusals: Refusals): Consents {
  if (refusals.size === 0) return consents;
  const all = new Map(consents);
  for (const [about, time] of refusals)
    for (const [name, refusal] of entriesOf(about, { granted: false, time, source: BY_ADDRESS }, false)) {
      const said = all.get(name);
      if (said === undefined || said.time <= time) all.set(name, refusal);
    }
  return all;
}

const BY_ADDRESS = 'suppression-list';
