import type { RuleTarget } from '../rule-targets.ts';
import { deliverTo } from '../rule-targets.ts';
import { ScheduledRule } from '../scheduled-rule.ts';
import type { Deployer } from './deployment.ts';
import { attribute, list, optionalText, refuse } from './properties.ts';

export const deployEventBus: Deployer = (resource, { services }) => services.events.createBus(resource.ref);

export const deployRule: Deployer = (resource, deployment) => {
  if (optionalText(resource, 'State') === 'DISABLED') return;
  refuse(resource, 'RoleArn');
  const { services, clock, scheduleGate, schedules, ruleTargets, functionsByArn, invocations, permissions, meter } =
    deployment;
  const arn = attribute(resource, 'Arn');
  const deliver = deliverTo(list<RuleTarget>(resource, 'Targets'), {
    ...{ ruleArn: arn, sqs: services.sqs, functionsByArn, invocations, permissions },
    log: (line) => deployment.log(resource.logicalId, line),
  });
  const expression = optionalText(resource, 'ScheduleExpression');
  if (expression !== undefined) {
    const fire = (at: number) => {
      const time = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
      const about = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {}, resources: [arn], time };
      deliver(services.events.event(about));
    };
    const { logicalId } = resource;
    const starts = list<RuleTarget>(resource, 'Targets').flatMap(({ Arn }) => functionsByArn.get(Arn)?.logicalId ?? []);
    for (const owner of starts) meter.watchRunsOf(owner);
    schedules.push(new ScheduledRule({ logicalId, arn, expression, starts, clock, gate: scheduleGate, fire }));
  }
  const pattern = resource.properties.EventPattern;
  if (pattern !== undefined) {
    const bus = optionalText(resource, 'EventBusName')?.replace(/^arn:.*:event-bus\//, '');
    ruleTargets.set(arn, deliver);
    services.events.putRule({ name: resource.ref, arn, pattern, ...(bus === undefined ? {} : { busName: bus }) });
  }
};
