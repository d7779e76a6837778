import type { SQSEvent } from 'aws-lambda';
import { redeliver } from './redeliver.handler.ts';
import { wireSinks } from './sinks.wiring.ts';

export function wireRedeliver(...given: Parameters<typeof wireSinks>) {
  const dependencies = wireSinks(...given);
  return (event: SQSEvent) => redeliver(dependencies, event);
}
