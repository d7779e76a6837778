import { createRequire } from 'node:module';
import type { Item } from './attribute-value.ts';
import { plainNumber } from './attribute-value.ts';
import { ConditionCache } from './condition-cache.ts';

/**
 * The parts of dynalite we use: its request validation, its expression parsers and the actions that evaluate them
 * (update, query, scan). Its store is not used: it walks every key of every table for one query.
 * dynalite is CommonJS and has no types; this file is the only one that knows.
 */
const require = createRequire(import.meta.url);
const db = require('dynalite/db') as DynaliteDb;
const validations = require('dynalite/validations') as DynaliteValidations;

/** A request after validation: known members only, expressions parsed into members beginning with `_`. */
export interface Validated extends Record<string, unknown> {
  readonly TableName: string;
  readonly ConsistentRead?: boolean;
  readonly ReturnValues?: string;
  readonly ReturnConsumedCapacity?: string;
}

/** How dynalite throws or passes on what AWS would refuse. */
export interface DynaliteError extends Error {
  readonly statusCode: number;
  readonly body: { readonly __type: string; readonly message?: string; readonly Message?: string };
}

export type Callback = (error: DynaliteError | null, result?: unknown) => void;
type Problem = DynaliteError | null | undefined;

interface DynaliteDb {
  createKey(item: Item, table: unknown, keySchema?: unknown): string;
  createIndexKey(item: Item, table: unknown, keySchema: unknown): string;
  validateKey(key: Item, table: unknown): Problem;
  validateItem(item: Item, table: unknown): Problem;
  validateKeyPaths(nestedPaths: unknown, table: unknown): Problem;
  checkConditional(request: Validated, item: Item | undefined): Problem;
  mapPaths(paths: unknown, item: Item): Item;
  validationError(message: string): DynaliteError;
}

interface DynaliteValidations {
  toLowerFirst(name: string): string;
  checkTypes(input: unknown, types: unknown): Validated;
  checkValidations(input: Validated, types: unknown, custom: unknown, store: unknown): void;
  validateAttributeValue(value: unknown): string | undefined;
}

type Action = (store: unknown, request: Validated, callback: Callback) => void;

const updateItem = require('dynalite/actions/updateItem') as Action;
const query = require('dynalite/actions/query') as Action;
const scan = require('dynalite/actions/scan') as Action;

const VALIDATED = [
  'BatchGetItem',
  'BatchWriteItem',
  'DeleteItem',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
];

const requestValidations = new Map(
  VALIDATED.map((action) => {
    const name = `dynalite/validations/${validations.toLowerFirst(action)}`;
    return [action, require(name) as { types: unknown; custom: unknown }];
  }),
);

const conditions = new ConditionCache();

export const dynalite = {
  createKey: db.createKey,
  createIndexKey: db.createIndexKey,
  validateKey: db.validateKey,
  validateItem: db.validateItem,
  validateKeyPaths: db.validateKeyPaths,
  checkConditional: db.checkConditional,
  mapPaths: db.mapPaths,
  validationError: db.validationError,
  updateItem,
  query,
  scan,

  /** Undefined for an operation it does not know; throws a DynaliteError for a request AWS would refuse. */
  validate(action: string, input: object, store: unknown): Validated | undefined {
    const rules = requestValidations.get(action);
    if (rules === undefined) return undefined;
    // It deletes unknown members from what it is given, hence the copy; everything below the top it copies itself.
    const request = validations.checkTypes({ ...input }, rules.types);
    const values = Object.values((request.ExpressionAttributeValues ?? {}) as Item);
    // AWS compares numbers by value; stored ones are in plain form, so operands must be too.
    for (const value of values) Object.assign(value, value.N === undefined ? {} : { N: plainNumber(value.N) });
    const valid = values.every((value) => validations.validateAttributeValue(value) === undefined);
    const condition = valid ? conditions.find(request) : undefined;
    if (condition !== undefined) {
      const { ConditionExpression: _, ExpressionAttributeNames: _n, ExpressionAttributeValues: _v, ...rest } = request;
      validations.checkValidations(rest as Validated, rules.types, rules.custom, store);
      return { ...rest, _condition: condition } as unknown as Validated;
    }
    validations.checkValidations(request, rules.types, rules.custom, store);
    conditions.keep(request);
    return request;
  },
};

export function isDynaliteError(error: unknown): error is DynaliteError {
  return error instanceof Error && 'statusCode' in error && 'body' in error;
}
