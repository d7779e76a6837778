/** For every command that speaks to an account: where the SDK looks, in an order that helps whoever has set nothing. */
export const WHOSE_ACCOUNT =
  'Region and credentials: AWS_REGION, and AWS_PROFILE or AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, as for the AWS CLI.';

const SPENT = ['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId', 'UnrecognizedClientException'];

/** Why a service of the account could not be asked, and what to do if that is in this machine's settings. */
export function whyUnreachable({ name, message }: Error): string {
  if (message === 'Region is missing') return 'no Region is set. Set AWS_REGION, or AWS_PROFILE to a profile with one.';
  if (name === 'CredentialsProviderError')
    return `no credentials were found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. (${message})`;
  if (SPENT.includes(name)) return `the credentials are not valid, or not any more: ${message}`;
  return message;
}
