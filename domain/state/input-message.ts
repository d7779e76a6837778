import { utf8Length } from '../json.ts';
import type { Input } from './input.ts';

/** One SQS request unit is 64 KB; a fuller message costs as much as two. */
const MESSAGE_BYTES = 64 * 1_024;
const VERSION = 1;
/** Of a message that holds what releases before 0.2 would take for something they know: they leave it for this one. */
const NEWER_VERSION = 2;
const NEWER_KINDS: ReadonlySet<Input['kind']> = new Set([
  ...(['receipt', 'consent', 'deferred', 'cleared'] as const),
  ...(['trigger', 'enrol', 'became', 'answered', 'taken-out'] as const),
]);
const ENVELOPE_BYTES = 48;

/**
 * Packs inputs, in their order, into as few queue messages of at most 64 KB as they fit into. An input larger than
 * that travels alone; an event has at most 32 KB of JSON, so only what we add ourselves could make one.
 *
 * @param hops how often these inputs were put back on a queue by the worker itself
 */
export function encodeInputs(inputs: readonly Input[], hops = 0): string[] {
  const messages: string[] = [];
  let texts: string[] = [];
  let bytes = ENVELOPE_BYTES;
  let version = VERSION;
  const close = () => {
    if (texts.length > 0) messages.push(`{"v":${version},"hops":${hops},"inputs":[${texts.join(',')}]}`);
    texts = [];
    bytes = ENVELOPE_BYTES;
    version = VERSION;
  };
  for (const input of inputs) {
    const text = JSON.stringify(input);
    const size = utf8Length(text) + 1;
    if (bytes + size > MESSAGE_BYTES) close();
    texts.push(text);
    bytes += size;
    if (NEWER_KINDS.has(input.kind)) version = NEWER_VERSION;
  }
  close();
  return messages;
}

export interface InputMessage {
  readonly inputs: readonly Input[];
  readonly hops: number;
}

/** Reads a queue message. Throws on a version this code does not know: it goes back and waits for a worker that does. */
export function decodeInputs(message: string): InputMessage {
  const { v, inputs, hops } = JSON.parse(message) as InputMessage & { v: number };
  if (v !== VERSION && v !== NEWER_VERSION) throw new Error(`Queue message of unknown version ${v}`);
  return { inputs, hops };
}
