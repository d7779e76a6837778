import type { AwsRequest, AwsResponse } from '../service.ts';
import { awsError } from '../service.ts';
import { Refusal } from '../services/refusal.ts';
import { s3Error } from '../services/s3/s3.ts';
import type { Decision } from './decide.ts';
import type { Need } from './needs/need.ts';
import type { Principal } from './principal.ts';

type Refused = Exclude<Decision, { readonly outcome: 'allowed' }>;

/** How a service says no. Codes, statuses and words differ from service to service; the SDK's `error.name` follows. */
interface Form {
  readonly accessDenied: (message: string, request: AwsRequest) => AwsResponse;
  readonly unknownKey: (request: AwsRequest) => AwsResponse;
  readonly sentence?: (who: Principal, need: Need, decision: Refused) => string;
}

const json: Form = {
  accessDenied: (message) => awsError(400, 'AccessDeniedException', message),
  unknownKey: () =>
    awsError(400, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
};

/** Services that spoke the query protocol before JSON still send its code in a header, and the SDK takes that one. */
const formerQuery: Form = {
  accessDenied: (message) => withQueryCode('AccessDenied', 'AccessDeniedException', message),
  unknownKey: () =>
    withQueryCode(
      'InvalidClientTokenId',
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
    ),
};

function withQueryCode(code: string, type: string, message: string): AwsResponse {
  const headers = { 'x-amzn-query-error': `${code};Sender` };
  return { status: 403, headers, body: { __type: `com.amazon.coral.service#${type}`, message } };
}

const FORMS: Readonly<Record<string, Form>> = {
  // SQS tells its actions in lower case, of CloudWatch's there is no resource to tell.
  sqs: {
    ...formerQuery,
    sentence: (who, need, decision) => sentence(who, { ...need, action: need.action.toLowerCase() }, decision),
  },
  monitoring: formerQuery,
  ses: {
    accessDenied: (message) => awsError(403, 'AccessDeniedException', message),
    unknownKey: () =>
      awsError(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
    sentence: ({ name }, { action, resource }) =>
      `User \`${name}' is not authorized to perform \`${action}' on resource \`${resource}'`,
  },
  s3: {
    accessDenied: (message, { method }) => s3Error(new Refusal('AccessDenied', message, 403), method),
    unknownKey: ({ method }) => {
      const message = 'The AWS Access Key Id you provided does not exist in our records.';
      return s3Error(new Refusal('InvalidAccessKeyId', message, 403), method);
    },
    sentence: (who, need, decision) => sentence(who, { ...need, resource: `"${need.resource}"` }, decision),
  },
};

const formOf = ({ service }: AwsRequest): Form => FORMS[service] ?? json;

/** AWS's answer to somebody it knows who asks for what is not hers. */
export function accessDenied(request: AwsRequest, who: Principal, need: Need, decision: Refused): AwsResponse {
  const form = formOf(request);
  return form.accessDenied((form.sentence ?? sentence)(who, need, decision), request);
}

/** AWS's answer to a signature by a key that nobody has. */
export const unknownKey = (request: AwsRequest): AwsResponse => formOf(request).unknownKey(request);

/** Who may not do what, and why not: the words most services use, and our own messages. */
export function sentence({ name, arn }: Principal, { action, resource }: Need, decision: Refused): string {
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  const why =
    decision.outcome === 'denied'
      ? `with an explicit deny in ${decision.policy === 'identity-based' ? 'an' : 'a'} ${decision.policy} policy`
      : // A service that asks by itself has no policies of its own.
        `because no ${arn.startsWith('arn:') ? 'identity' : 'resource'}-based policy allows the ${action} action`;
  return `User: ${name} is not authorized to perform: ${action}${on} ${why}`;
}
