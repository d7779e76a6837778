import { Duration, Stack } from 'aws-cdk-lib';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Construct } from 'constructs';
import { apiSettings } from '../../lambdas/console/api.settings.ts';
import { onlyToAsText } from '../../lambdas/delivery/stage-limits.settings.ts';
import type { HttpApi } from '../events/http-api.ts';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import type { QueueWithDeadLetters } from '../house/queue-with-dead-letters.ts';
import type { StageSettings } from '../house/stage-settings.ts';
import type { Lake } from '../insights/lake.ts';
import type { DataReferences } from '../stacks/data-references.ts';

export interface AdminApiProps {
  readonly house: House;
  readonly http: HttpApi;
  readonly data: Pick<DataReferences, 'profiles' | 'timeline' | 'sends' | 'definitions' | 'ledger' | 'lakeBucket'>;
  readonly live: QueueWithDeadLetters;
  readonly bulk: QueueWithDeadLetters;
  /** The slices of passes over everybody. */
  readonly census: QueueWithDeadLetters;
  readonly lake: Lake;
  /** Whose tokens are believed. */
  readonly admin: NonNullable<StageSettings['admin']>;
}

/** The admin API, behind a JWT authorizer on the same host as the events. */
export class AdminApi extends Construct {
  constructor(scope: Construct, id: string, { house, http, data, live, bulk, census, lake, admin }: AdminApiProps) {
    super(scope, id);
    const { profiles, timeline, sends, definitions, ledger, lakeBucket } = data;
    const api = new FunctionWithDefaults(this, 'Function', {
      house,
      name: 'api',
      description: 'Answers the admin API',
      environment: apiSettings.environment({
        profilesTable: profiles.name,
        definitionsTable: definitions.name,
        ledgerTable: ledger.name,
        timelineTable: timeline.name,
        sendsTable: sends.name,
        lakeBucket: lakeBucket.name,
        liveQueueUrl: live.url,
        bulkQueueUrl: bulk.url,
        censusQueueUrl: census.url,
        lakeDatabase: lake.queries.database,
        lakeWorkGroup: lake.queries.workGroup,
        fromAddress: house.stage.email.fromAddress,
        deployment: house.stage.deployment,
        onlyTo: onlyToAsText(house.stage.email),
        timeZone: house.stage.timeZone,
        roleClaim: admin.roleClaim ?? 'cognito:groups',
      }),
      // A preview unpacks everybody while somebody waits: one whole processor.
      memorySize: 1_769,
      timeout: Duration.seconds(25),
    });
    const rawEvents = `${lakeBucket.arn}/raw/*`;
    acknowledgeWildcard(api.role ?? api, rawEvents, 'The delivery stream names the objects by the time of writing.');
    api
      .allow(['dynamodb:GetItem'], [profiles.arn])
      .allow(['dynamodb:Query'], [`${profiles.arn}/index/email`, `${profiles.arn}/index/phone`])
      .allow(['dynamodb:GetItem', 'dynamodb:Query'], [definitions.arn])
      // The same table binds write keys to sources, which the console only shows.
      .allow(['dynamodb:PutItem'], [definitions.arn], {
        'ForAllValues:StringEquals': {
          'dynamodb:LeadingKeys': [
            ...['tracking-plan', 'audit'],
            ...['draft', 'part', 'release', 'catalog', 'proposal', 'binding'],
          ],
        },
      })
      // What was published is never taken away: releases, their parts, and who approved them.
      .allow(['dynamodb:DeleteItem'], [definitions.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['draft', 'binding'] },
      })
      // How a change ended is written beside that it began; nothing is ever taken out of the audit.
      .allow(['dynamodb:UpdateItem'], [definitions.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['audit'] },
      })
      .allow(['dynamodb:Query'], [ledger.arn])
      // Only the tracking plan and jobs are the console's to change: the same table holds what sources may still send, and more.
      .allow(['dynamodb:DeleteItem'], [ledger.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['tracking-plan', 'hold', 'soft-bounces'] },
      })
      .allow(['dynamodb:UpdateItem'], [ledger.arn], {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['tracking-plan', 'job#*', 'suppression'] },
      })
      // What became of an event: decisions, claims, and the raw events themselves.
      .allow(['dynamodb:Query'], [timeline.arn, `${sends.arn}/index/provider`])
      .allow(['dynamodb:GetItem'], [sends.arn])
      .allow(['s3:ListBucket'], [lakeBucket.arn], { StringLike: { 's3:prefix': 'raw/*' } })
      .allow(['s3:GetObject'], [rawEvents])
      // Whatever somebody changes about a person goes by the reducer, as everything does.
      .allow(['sqs:SendMessage'], [live.arn, bulk.arn, census.arn])
      // Whom a draft means is asked of everybody, and of the lake where profiles do not count it.
      .allow(['dynamodb:Scan'], [profiles.arn])
      .allow(['dynamodb:BatchGetItem'], [definitions.arn], {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['part'] },
      })
      .allow(['dynamodb:GetItem'], [ledger.arn], {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['census', 'job#*', 'suppression'] },
      })
      .allow(['dynamodb:PutItem'], [ledger.arn], {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['job#*', 'hold'] },
      });
    // How long a campaign takes is said by what SES lets the account send, which has no resource of its own.
    api.allow(['ses:GetAccount'], ['*']);
    acknowledgeWildcard(api.role ?? api, '*', 'GetAccount has no resource to name.');
    lake.queries.letAsk(api);
    letSendTests(api, house.stage.email.fromAddress);
    const authorizer = new HttpJwtAuthorizer('Admin', admin.issuer, { jwtAudience: [admin.audience] });
    http.route('/api/{proxy+}', 'Admin', api, authorizer);
  }
}

/** Without a configuration set: what becomes of tests is nobody's receipt. */
function letSendTests(api: FunctionWithDefaults, fromAddress: string): void {
  const identities = Stack.of(api).formatArn({ service: 'ses', resource: 'identity', resourceName: '*' });
  api.allow(['ses:SendEmail'], [identities], {
    StringLike: { 'ses:FromAddress': `*@${fromAddress.split('@').at(-1)}` },
  });
  acknowledgeWildcard(
    api.role ?? api,
    identities,
    'SES checks the identity it picks for the sender, and in its sandbox those of recipients too.',
  );
}
