import { utf8Length } from '../../../domain/json.ts';
import { errorName } from '../../runtime/log.ts';

/** What DynamoDB bills for writing an item with this text, in KB: each begun one, and the item's own names are in it too. */
export const billedKilobytes = (text: string): number => Math.ceil((utf8Length(text) + 200) / 1_024);

/** Whether a store refuses what it was given, for its size or its shape, so that asking again is of no use. */
export const isRefusedForGood = (error: unknown): boolean => errorName(error) === 'ValidationException';
