import { Duration } from 'aws-cdk-lib';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Construct } from 'constructs';
import { apiSettings } from '../../lambdas/console/api.settings.ts';
import type { HttpApi } from '../events/http-api.ts';
import { FunctionWithDefaults } from '../house/function-with-defaults.ts';
import type { House } from '../house/house.ts';
import type { TableReference } from '../stacks/data-references.ts';

export interface AdminApiProps {
  readonly house: House;
  readonly http: HttpApi;
  readonly profiles: TableReference;
  /** Whose tokens are believed. */
  readonly admin: { readonly issuer: string; readonly audience: string };
}

/** The admin API, behind a JWT authorizer on the same host as the events. */
export class AdminApi extends Construct {
  constructor(scope: Construct, id: string, { house, http, profiles, admin }: AdminApiProps) {
    super(scope, id);
    const api = new FunctionWithDefaults(this, 'Function', {
      house,
      name: 'api',
      description: 'Answers the admin API',
      environment: apiSettings.environment({ profilesTable: profiles.name }),
      memorySize: 512,
      timeout: Duration.seconds(25),
    });
    api.allow(['dynamodb:GetItem'], [profiles.arn]);
    const authorizer = new HttpJwtAuthorizer('Admin', admin.issuer, { jwtAudience: [admin.audience] });
    http.route('/api/{proxy+}', 'Admin', api, authorizer);
  }
}
