import { lakeTableOf, type TableInput } from '../services/glue/lake-table.ts';
import type { Deployer } from './deployment.ts';
import { part, refuse, text, unsupported } from './properties.ts';

export const deployGlueDatabase: Deployer = (resource, { services }) => {
  refuse(resource, 'DatabaseName');
  services.glue.createDatabase(resource.ref);
};

export const deployGlueTable: Deployer = (resource, { services }) => {
  refuse(resource, 'OpenTableFormatInput');
  const input = part<TableInput>(resource, 'TableInput');
  if (input === undefined) throw unsupported(resource, 'a table without TableInput');
  services.glue.createTable(text(resource, 'DatabaseName'), lakeTableOf(input));
};

interface WorkGroupConfiguration {
  readonly EnforceWorkGroupConfiguration?: unknown;
  readonly EngineVersion?: { readonly SelectedEngineVersion?: string };
  readonly BytesScannedCutoffPerQuery?: unknown;
  readonly ResultConfiguration?: { readonly OutputLocation?: string };
  readonly ManagedQueryResultsConfiguration?: unknown;
  readonly ExecutionRole?: unknown;
}

/** The least cutoff that Athena takes. */
const LEAST_CUTOFF = 10_000_000;

export const deployWorkGroup: Deployer = (resource, { services }) => {
  const of = part<WorkGroupConfiguration>(resource, 'WorkGroupConfiguration') ?? {};
  const { OutputLocation: outputLocation = '' } = of.ResultConfiguration ?? {};
  if (String(of.EnforceWorkGroupConfiguration) !== 'true') throw unsupported(resource, 'settings of each client');
  if (of.EngineVersion?.SelectedEngineVersion !== 'Athena engine version 3')
    throw unsupported(resource, `the engine ${of.EngineVersion?.SelectedEngineVersion}`);
  if (of.ManagedQueryResultsConfiguration !== undefined || of.ExecutionRole !== undefined)
    throw unsupported(resource, 'managed results and execution roles');
  if (!/^s3:\/\/[^/]+\/.*\/$/.test(outputLocation)) throw unsupported(resource, `results in ${outputLocation}`);
  const cutoff = of.BytesScannedCutoffPerQuery === undefined ? undefined : Number(of.BytesScannedCutoffPerQuery);
  if (cutoff !== undefined && cutoff < LEAST_CUTOFF)
    throw new Error(`${resource.ref}: AWS refuses BytesScannedCutoffPerQuery below ${LEAST_CUTOFF}`);
  services.athena.createWorkGroup({ name: resource.ref, outputLocation, bytesScannedCutoff: cutoff });
};
