import { GetAccountCommand, type SESv2Client } from '@aws-sdk/client-sesv2';

/** What SES lets the account send in this Region. */
export interface SendingQuota {
  /** Recipients a second; undefined when SES does not say. Rejects when it does not answer: it takes one question a second. */
  perSecond(): Promise<number | undefined>;
}

export const sesSendingQuota = (client: SESv2Client): SendingQuota => ({
  async perSecond() {
    const { SendQuota } = await client.send(new GetAccountCommand({}));
    return SendQuota?.MaxSendRate;
  },
});
