import { decodeEffects } from '../../domain/decisions/effect-codec.ts';
import { type HandOff, handOff } from '../../domain/delivery/hand-off.ts';
import type { UserKey } from '../../domain/state/user-key.ts';

/** An item of the profiles table as its stream shows it, as far as dispatch reads it. */
export interface StreamImage {
  readonly id?: { readonly S?: string };
  readonly version?: { readonly N?: string };
  readonly fx?: { readonly S?: string };
}

/** What is to be handed on of one commit; nothing without effects. Throws for what this release cannot read. */
export function handOffsIn(image: StreamImage | undefined): HandOff[] {
  if (image?.fx?.S === undefined) return [];
  return handOff(image.id?.S as UserKey, Number(image.version?.N), decodeEffects(image.fx.S));
}
