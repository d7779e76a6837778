import { GetAccountCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import type { SendingQuota as Quota } from '../../domain/insights/campaign-review/sending-time.ts';

/** What SES lets the account send in this Region. Rejects when it does not answer: it takes one question a second. */
export interface SendingQuota {
  /** Recipients a second; undefined when SES does not say. */
  perSecond(): Promise<number | undefined>;
}

export const sesSendingQuota = (client: SESv2Client): SendingQuota => ({
  async perSecond() {
    const { SendQuota } = await client.send(new GetAccountCommand({}));
    return SendQuota?.MaxSendRate;
  },
});

/** All of it, and what was sent; undefined when SES does not say. Rejects as above. */
export const sesWholeQuota = (client: SESv2Client) => async (): Promise<Quota | undefined> => {
  const { SendQuota } = await client.send(new GetAccountCommand({}));
  const { MaxSendRate, Max24HourSend, SentLast24Hours = 0 } = SendQuota ?? {};
  if (MaxSendRate === undefined || Max24HourSend === undefined) return undefined;
  return { perSecond: MaxSendRate, perDay: Max24HourSend, sentInLastDay: SentLast24Hours };
};
