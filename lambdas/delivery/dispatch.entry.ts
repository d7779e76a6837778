import type { DynamoDBStreamEvent } from 'aws-lambda';
import { dispatch } from './dispatch.handler.ts';
import { wireDispatch } from './dispatch-wiring.ts';

const dependencies = wireDispatch(process.env);

export const handler = (event: DynamoDBStreamEvent) => dispatch(dependencies, event);
