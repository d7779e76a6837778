import { bareAddress } from '../../services/ses/checks.ts';
import type { SendEmailRequest } from '../../services/ses/send-email.ts';
import { arnOf, inputOf, type NeedsOf } from './need.ts';

/** SES asks for the sender's identity and, where one is named, for the configuration set; in the sandbox for more. */
const sendEmail: NeedsOf = (request, account) => {
  const { FromEmailAddress = '', ConfigurationSetName: set, Content } = inputOf<SendEmailRequest>(request);
  const action = Content?.Raw ? 'ses:SendRawEmail' : Content?.Template ? 'ses:SendTemplatedEmail' : 'ses:SendEmail';
  const address = bareAddress(FromEmailAddress);
  const context = () => ({ 'ses:FromAddress': address });
  const identity = `identity/${account.sendingIdentityOf(address)}`;
  const resources = set === undefined ? [identity] : [identity, `configuration-set/${set}`];
  return resources.map((resource) => ({ action, resource: arnOf(account, 'ses', resource), context }));
};

export const sesNeeds: Readonly<Record<string, NeedsOf>> = {
  SendEmail: sendEmail,
  // The account is no resource.
  GetAccount: () => [{ action: 'ses:GetAccount', resource: '*' }],
};
