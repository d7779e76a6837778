import { adminSteps } from './admin-steps.ts';
import { eventSteps } from './event-steps.ts';
import { messageSteps } from './message-steps.ts';
import type { Step } from './step.ts';

/** Everything `npm run smoke` tries, in order. */
export const steps: readonly Step[] = [...eventSteps, ...adminSteps, ...messageSteps];
