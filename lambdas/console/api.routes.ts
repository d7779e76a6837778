import type { AuditLog } from '../adapters/audit-log.ts';
import type { Route } from './api/route.ts';
import { auditRoutes } from './audit/audit.routes.ts';
import { type CampaignRoutesDependencies, campaignRoutes } from './campaigns/campaigns.routes.ts';
import { catalogRoutes } from './catalog/catalog.routes.ts';
import type { CatalogDependencies } from './catalog/catalog.ts';
import { problemsOfExpression } from './catalog/check-expression.ts';
import { deliveryRoutes } from './delivery/delivery.routes.ts';
import type { DeliveryDependencies } from './delivery/delivery.ts';
import type { JourneyCountsDependencies } from './journeys/counts.ts';
import { journeyRoutes } from './journeys/journeys.routes.ts';
import type { SimulateDependencies } from './journeys/simulate.ts';
import { journeyTestRoutes } from './journeys/test-run.routes.ts';
import type { TestRunDependencies } from './journeys/test-run.ts';
import { journeyViewRoutes } from './journeys/views.routes.ts';
import type { WhyDependencies } from './journeys/why.ts';
import { profileRoutes } from './people/profiles.routes.ts';
import type { ProfilesDependencies } from './people/profiles.ts';
import { quarantineRoutes } from './people/quarantine.routes.ts';
import type { QuarantineDependencies } from './people/quarantine.ts';
import { suppressionRoutes } from './people/suppressions.routes.ts';
import type { SuppressionsDependencies } from './people/suppressions.ts';
import { schemaRoutes } from './schema/schema.routes.ts';
import type { SchemaDependencies } from './schema/schema.ts';
import { type SegmentRoutesDependencies, segmentRoutes } from './segments/segments.routes.ts';
import { sourceRoutes } from './sources/sources.routes.ts';
import type { SourcesDependencies } from './sources/sources.ts';
import { templateRoutes } from './templates/templates.routes.ts';
import type { TestDependencies } from './templates/test-send.ts';
import { traceRoutes } from './trace/trace.routes.ts';
import type { TraceDependencies } from './trace/trace.ts';

export type RoutesDependencies = ProfilesDependencies &
  QuarantineDependencies &
  SuppressionsDependencies &
  DeliveryDependencies &
  SourcesDependencies &
  SchemaDependencies &
  TraceDependencies &
  TestDependencies &
  JourneyCountsDependencies &
  WhyDependencies &
  SimulateDependencies &
  TestRunDependencies & {
    readonly audit: AuditLog;
    readonly segments: SegmentRoutesDependencies;
    readonly campaigns: Omit<CampaignRoutesDependencies, 'definitions' | 'previews' | 'problemsOf'>;
    readonly catalog: CatalogDependencies;
  };

/**
 * All that the admin API can do. To add to it, write `lambdas/console/SUBJECT/SUBJECT.routes.ts` with a function that takes
 * its dependencies and returns its routes (`route()` in api/route.ts says what a route is), and name it here; api.wiring.ts
 * makes its dependencies, lib/console/admin-api.ts grants what they call.
 *
 * - A handler gets what the schemas have checked and who asks, and answers `ok(body)`, `{ status, body }` or `problem(…)`.
 *   What the answer's schema does not have does not compile.
 * - What is not a GET names its `subject`, and an entry of the audit is written around it (api/audited.ts); `change` in the
 *   answer is what it tells of before and after. A question too long for a URL says `changesNothing` instead.
 * - Lists that can be long take `limitParameter` and `cursorParameter` and answer `next` (api/cursor.ts).
 * - The gateway lets GET, POST and PUT through.
 */
export const routesOf = (dependencies: RoutesDependencies): readonly Route[] => [
  ...profileRoutes(dependencies),
  ...quarantineRoutes(dependencies),
  ...suppressionRoutes(dependencies),
  ...deliveryRoutes(dependencies),
  ...traceRoutes(dependencies),
  ...sourceRoutes(dependencies),
  ...schemaRoutes(dependencies),
  ...catalogRoutes(dependencies.catalog),
  ...journeyRoutes(dependencies.catalog),
  ...segmentRoutes(dependencies.segments, (where, path) => problemsOfExpression(dependencies.catalog, where, path)),
  ...journeyTestRoutes(dependencies),
  ...journeyViewRoutes(dependencies),
  ...campaignRoutes({
    ...{ ...dependencies.campaigns, definitions: dependencies.catalog, previews: dependencies.segments },
    problemsOf: (where, path) => problemsOfExpression(dependencies.catalog, where, path),
  }),
  ...templateRoutes(dependencies),
  ...auditRoutes(dependencies.audit),
];
