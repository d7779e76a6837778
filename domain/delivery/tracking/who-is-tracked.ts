import type { SettingsBody } from '../../catalog/settings.ts';
import type { Consents } from '../../state/consent.ts';

/** What is measured of a message to one person. */
export interface Tracked {
  readonly clicks: boolean;
  readonly opens: boolean;
}

/** What her consent is about that says whether it may be measured what she reads. */
const TRACKING = 'tracking';

/**
 * What the project measures, as far as she lets it; undefined: nothing. Clicks unless it says otherwise, since a click is
 * something she does; opens only where it says so, since a picture tells on her while she reads, and mostly of machines.
 */
export function trackedOf(settings: SettingsBody['tracking'], consents: Consents): Tracked | undefined {
  const { clicks = true, opens = false, consent = 'assumed' } = settings ?? {};
  const said = consents.get(TRACKING)?.granted;
  if (said === false || (said === undefined && consent === 'required')) return undefined;
  return { clicks, opens };
}
