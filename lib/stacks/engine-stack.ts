import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { AdminApi } from '../console/admin-api.ts';
import { Census } from '../decisions/census.ts';
import { Sweep } from '../decisions/sweep.ts';
import { Calls } from '../delivery/calls.ts';
import { Dispatch } from '../delivery/dispatch.ts';
import { Email } from '../delivery/email.ts';
import { Messages } from '../delivery/messages.ts';
import { Preferences } from '../delivery/preferences.ts';
import { Receipts } from '../delivery/receipts.ts';
import { Tracking } from '../delivery/tracking.ts';
import { Ingest } from '../events/ingest.ts';
import { alarmTopicOf } from '../house/alarm-topic.ts';
import type { House } from '../house/house.ts';
import type { StageSettings } from '../house/stage-settings.ts';
import { Lake } from '../insights/lake.ts';
import { AddressBook } from '../operations/address-book.ts';
import { Dashboard } from '../operations/dashboard/dashboard.ts';
import { Advance } from '../state/advance.ts';
import { Inputs } from '../state/inputs.ts';
import { readDataReferences } from './data-references.ts';

export interface EngineStackProps extends StackProps {
  readonly stage: StageSettings;
  /** Directory of the bundled functions. */
  readonly bundles: string;
}

/** The whole wire. It holds nothing that is missed: what is remembered lives in the data stack. */
export class EngineStack extends Stack {
  constructor(scope: Construct, id: string, { stage, bundles, ...props }: EngineStackProps) {
    super(scope, id, props);
    const data = readDataReferences(this, stage.deployment);
    const house: House = {
      stage,
      bundles,
      alarmTopic: alarmTopicOf(this, stage),
      dataKey: stage.cmkArn === undefined ? undefined : Key.fromKeyArn(this, 'DataKey', stage.cmkArn),
    };

    // events: apps post them; they are queued for the reducer.
    const inputs = new Inputs(this, 'Inputs', house);
    const ingest = new Ingest(this, 'Ingest', { house, data, live: inputs.live });

    // state: every input moves a profile, and is kept raw in the lake.
    const lake = new Lake(this, 'Lake', { house, bucket: data.lakeBucket });
    const { profiles, definitions, ledger } = data;
    new Advance(this, 'Advance', { house, inputs, profiles, definitions, ledger, lake });

    // decisions: what hangs on time comes due.
    const census = new Census(this, 'Census', { house, data, bulk: inputs.bulk, lake });
    const sweep = new Sweep(this, 'Sweep', {
      house,
      profiles: data.profiles,
      ledger: data.ledger,
      timers: inputs.timers,
      live: inputs.live,
      census: census.slices,
    });

    // delivery: what was decided leaves, by the channels and as domain events.
    const bus = new EventBus(this, 'Bus', { eventBusName: `perennial-${stage.deployment}` });
    const email = new Email(this, 'Email', { house, data, timers: inputs.timers, linksUrl: ingest.api.url });
    const { configurationSetName } = email;
    new Messages(this, 'Messages', {
      ...{ house, data, http: ingest.api },
      ...{ transactional: email.transactional, live: inputs.live },
    });
    new Preferences(this, 'Preferences', { house, data, http: ingest.api, timers: inputs.timers });
    const receipts = new Receipts(this, 'Receipts', {
      ...{ house, data, configurationSetName },
      timers: inputs.timers,
      stream: lake.receipts,
    });
    new Tracking(this, 'Tracking', { house, data, http: ingest.api, receipts: receipts.incoming });
    const calls = new Calls(this, 'Calls', { house, data, timers: inputs.timers });
    const dispatch = new Dispatch(this, 'Dispatch', {
      house,
      data,
      bus,
      timers: inputs.timers,
      email,
      calls: calls.queue,
    });

    // console: people look at it.
    if (stage.admin)
      new AdminApi(this, 'Admin', {
        house,
        http: ingest.api,
        data,
        live: inputs.live,
        bulk: inputs.bulk,
        census: census.slices,
        lake,
        admin: stage.admin,
      });

    // operations: where all of it is, for those who look after it.
    const { live, timers, bulk } = inputs;
    new AddressBook(this, 'AddressBook', {
      house,
      data,
      apiUrl: ingest.api.url,
      queues: {
        live,
        timers,
        bulk,
        dispatch: dispatch.retry,
        email: email.marketing,
        transactional: email.transactional,
        lake: lake.retry,
        census: census.slices,
        receipts: receipts.incoming,
        calls: calls.queue,
      },
      sweepMissed: sweep.missed,
      streamMapping: dispatch.streamMappingId,
      eventBus: bus.eventBusName,
      configurationSet: configurationSetName,
    });
    const dashboard = new Dashboard(this, 'Dashboard', {
      house,
      api: ingest.api,
      inputs,
      profiles: data.profiles,
      dispatchRetry: dispatch.retry,
      email,
      receipts: receipts.incoming,
      calls: calls.queue,
      lake,
      census: census.slices,
      sweepMissed: sweep.missed,
    });

    new CfnOutput(this, 'ApiUrl', { value: ingest.api.url });
    if (ingest.api.domainTarget) new CfnOutput(this, 'DomainTarget', { value: ingest.api.domainTarget });
    new CfnOutput(this, 'DashboardUrl', { value: dashboard.url });
    new CfnOutput(this, 'EventBusName', { value: bus.eventBusName });
    new CfnOutput(this, 'AlarmTopicArn', { value: house.alarmTopic.topicArn });
    new CfnOutput(this, 'ConfigurationSetName', { value: configurationSetName });
  }
}
