import type { SQSEvent } from 'aws-lambda';
import { wireDispatch } from './dispatch-wiring.ts';
import { redeliver } from './redeliver.handler.ts';

const dependencies = wireDispatch(process.env);

export const handler = (event: SQSEvent) => redeliver(dependencies, event);
