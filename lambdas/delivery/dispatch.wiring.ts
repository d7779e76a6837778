import type { DynamoDBStreamEvent } from 'aws-lambda';
import { dispatch } from './dispatch.handler.ts';
import { wireSinks } from './sinks.wiring.ts';

export function wireDispatch(...given: Parameters<typeof wireSinks>) {
  const dependencies = wireSinks(...given);
  return (event: DynamoDBStreamEvent) => dispatch(dependencies, event);
}
