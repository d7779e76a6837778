/** Of the rate at which the account may send: the rest is for what people wait for. */
export const SHARE_OF_MARKETING = 0.8;
