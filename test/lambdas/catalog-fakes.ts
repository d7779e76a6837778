import { dynamoCatalogStore } from '../../lambdas/adapters/catalog-store.ts';
import { dynamoDefinitionDrafts } from '../../lambdas/adapters/definition-drafts.ts';
import { mjmlCompiler } from '../../lambdas/adapters/mjml.ts';
import { dynamoPublishProposals } from '../../lambdas/adapters/publish-proposals.ts';
import { dynamoStageBindings } from '../../lambdas/adapters/stage-bindings.ts';
import type { CatalogDependencies } from '../../lambdas/console/catalog/catalog.ts';
import { START } from '../support/people.ts';
import { tables } from '../support/tables.ts';
import { fakeLog } from './fakes.ts';

const NOWHERE = { zone: 'Europe/Berlin', channels: new Set(['email']), scores: new Set<string>() };

/** A catalog in which nothing was published. */
export const catalogFakes = (): CatalogDependencies => ({
  catalog: {
    live: async () => undefined,
    definitionsOf: async () => [],
    contents: async () => new Map(),
    putParts: async () => undefined,
    publish: async () => ({ outcome: 'published', name: '' }),
    republish: async () => undefined,
    find: async () => undefined,
    history: async () => ({ releases: [] }),
  },
  drafts: { list: async () => [], find: async () => undefined, save: async () => true, discard: async () => false },
  bindings: { list: async () => [], put: async () => undefined, remove: async () => undefined },
  emailDomain: 'shop.example',
  deployment: 'test',
  proposals: {
    list: async () => [],
    find: async () => undefined,
    put: async () => undefined,
    close: async () => true,
  },
  ...others(),
});

const others = () => ({
  plan: { read: async () => ({ seen: [], more: 0 }) },
  stage: NOWHERE,
  announce: async () => undefined,
  beginOwed: async () => undefined,
  countInside: async (): Promise<number | undefined> => undefined,
  mjmlCompiler,
  countAffected: async (_: unknown, id: string) => ({ outcome: 'takes-longer' as const, job: `count-${id}` }),
  now: () => START,
  log: fakeLog(),
});

/** A catalog over real tables, with somebody who counts how many would be affected. */
export function storedCatalog(affected: { count?: number } = {}, client = tables().client) {
  const told: Parameters<CatalogDependencies['beginOwed']>[0][] = [];
  const dependencies: CatalogDependencies = {
    catalog: dynamoCatalogStore(client, 'definitions'),
    drafts: dynamoDefinitionDrafts(client, 'definitions'),
    bindings: dynamoStageBindings(client, 'definitions'),
    emailDomain: 'shop.example',
    deployment: 'test',
    proposals: dynamoPublishProposals(client, 'definitions'),
    ...others(),
    beginOwed: async (owing) => {
      told.push(owing);
    },
    countAffected: async (_, id) =>
      affected.count === undefined
        ? { outcome: 'takes-longer', job: `count-${id}` }
        : { outcome: 'counted', people: affected.count },
  };
  return { dependencies, client, told };
}
