import { Refusal } from '../refusal.ts';

/** Athena has one error for everything that is wrong with a request. */
export const invalid = (message: string) => new Refusal('InvalidRequestException', message);
