import { MINUTE } from '../../domain/calendar.ts';
import type { SigningSecrets } from '../adapters/signing-secrets.ts';

/** One that was changed signs with every worker within this (ms); receivers know the old one for longer. */
const READ_EVERY = 5 * MINUTE;

/** Secrets Manager bills every reading. What could not be read is asked for again. */
export function rememberedSecrets(secrets: SigningSecrets, now: () => number): SigningSecrets {
  const known = new Map<string, { readonly at: number; readonly reading: Promise<readonly string[]> }>();
  return {
    read(name) {
      const last = known.get(name);
      if (last !== undefined && now() < last.at + READ_EVERY) return last.reading;
      const reading = secrets.read(name);
      known.set(name, { at: now(), reading });
      reading.catch(() => known.delete(name));
      return reading;
    },
  };
}
