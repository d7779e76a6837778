import type { DefinitionName } from '../../../domain/catalog/definition.ts';
import { candidateOf } from '../../../domain/catalog/releases/live.ts';
import { addressIn } from '../../../domain/catalog/releases/next-release.ts';
import { approvalReasons, type Proposal } from '../../../domain/catalog/releases/proposal.ts';
import type { Release } from '../../../domain/catalog/releases/release.ts';
import type { CheckedDefinition } from '../../../domain/catalog/schemas.ts';
import type { SettingsBody } from '../../../domain/catalog/settings.ts';
import type { CatalogDependencies, Loaded } from './catalog.ts';
import type { PublishAsked } from './publishing.ts';

/** What waits for a second person, if one is needed. */
export async function proposalFor(
  { countAffected, now }: CatalogDependencies,
  { live }: Loaded,
  {
    release,
    next,
    removed,
    asked,
  }: {
    readonly release: Release;
    readonly next: readonly CheckedDefinition[];
    readonly removed: readonly DefinitionName[];
    readonly asked: PublishAsked;
  },
): Promise<Proposal | undefined> {
  const before = settingsIn(live?.definitions);
  if (before?.approvals?.audienceAbove === undefined) return undefined;
  const found = asked.startJourneys ? await countAffected(candidateOf(release, next), asked.id) : undefined;
  const affected = found?.outcome === 'counted' ? found.people : undefined;
  const reasons = approvalReasons(before, settingsIn(next), asked.startJourneys, affected);
  if (reasons.length === 0) return undefined;
  const { id, by, note, rollbackOf, startJourneys, fill, moves } = asked;
  return {
    ...{ id, by, at: now(), status: 'open', reasons, startJourneys, fill },
    // A rollback knows them whole, and a proposal has to fit into its place.
    remove: removed.map(({ type, key }) => ({ type, key })),
    items: release.items
      .filter((item) => addressIn(live?.release, item) !== item.part)
      .map(({ type, key, part }) => {
        const base = addressIn(live?.release, { type, key });
        return { type, key, part, ...(base !== undefined && { base }) };
      }),
    ...(note !== undefined && { note }),
    ...(rollbackOf !== undefined && { rollbackOf }),
    ...(moves !== undefined && { moves }),
    ...(affected !== undefined && { affected }),
    ...(found?.outcome === 'takes-longer' && { countJob: found.job }),
  };
}

const settingsIn = (definitions: readonly CheckedDefinition[] | undefined): SettingsBody | undefined =>
  definitions?.find((one) => one.type === 'settings')?.body as SettingsBody | undefined;
