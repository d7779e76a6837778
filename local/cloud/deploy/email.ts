import type { Deployer } from './deployment.ts';
import { describe, part, text, unsupported } from './properties.ts';

interface EventDestination {
  readonly Name?: string;
  readonly Enabled?: boolean | string;
  readonly MatchingEventTypes?: readonly string[];
  readonly EventBridgeDestination?: { readonly EventBusArn?: string };
}

const KNOWN = new Set(['Name', 'Enabled', 'MatchingEventTypes', 'EventBridgeDestination']);

/** Where events of a configuration set go: the account's default bus, as AWS takes no other, and nowhere else here. */
export const deployEventDestination: Deployer = (resource, { services, around }) => {
  const destination = part<EventDestination>(resource, 'EventDestination') ?? {};
  const unknown = Object.keys(destination).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw unsupported(resource, `the event destination's ${unknown}`);
  const { Enabled = false, MatchingEventTypes: types = [], EventBridgeDestination: target } = destination;
  const bus = `arn:aws:events:${around.region}:${around.account}:event-bus/default`;
  if (target?.EventBusArn !== bus)
    throw new Error(
      `${describe(resource)}: SES publishes to the account's default bus only, not to ${target?.EventBusArn}`,
    );
  if (types.length === 0) throw new Error(`${describe(resource)}: MatchingEventTypes must name a type`);
  if (String(Enabled) !== 'true') return;
  services.ses.createEventDestination(text(resource, 'ConfigurationSetName'), types);
};
