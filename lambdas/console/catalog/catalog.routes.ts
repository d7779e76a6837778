import type { Route } from '../api/route.ts';
import { bindingRoutes } from './bindings.routes.ts';
import type { CatalogDependencies } from './catalog.ts';
import { definitionRoutes } from './definitions.routes.ts';
import { releaseRoutes } from './releases.routes.ts';

/** What a project decides: definitions, their drafts, releases of them, and what each stage sets up for them. */
export const catalogRoutes = (dependencies: CatalogDependencies): readonly Route[] => [
  ...definitionRoutes(dependencies),
  ...releaseRoutes(dependencies),
  ...bindingRoutes(dependencies),
];
