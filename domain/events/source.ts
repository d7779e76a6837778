import type { SourceKind } from './event.ts';

/** An app or server that may send events. */
export interface Source {
  readonly id: string;
  readonly kind: SourceKind;
}

/**
 * How a source's key is bound in the definitions table: under its SHA-256 (hex), so that nobody who reads the table can
 * send. All values are texts.
 */
export interface SourceKeyBinding {
  readonly kind: 'source-key';
  readonly name: string;
  readonly sourceId: string;
  readonly sourceKind: SourceKind;
}

export const bindSourceKey = (keySha256: string, { id, kind }: Source): SourceKeyBinding => ({
  kind: 'source-key',
  name: keySha256,
  sourceId: id,
  sourceKind: kind,
});
