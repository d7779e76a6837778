import { hashText } from '../../domain/hash.ts';

/** AWS: a function that was invoked about this often in one chain of requests is not invoked again by it. */
export const LONGEST_CHAIN = 16;

/**
 * The trace header of one more invocation in a chain of requests. Lambda gives it to the function, the SDK sends it on with
 * every call, SQS keeps it with a message, and whoever that message invokes is given it again; its part `Lineage` counts
 * the invocations of each function. Streams of tables and event buses do not hand it on: there the chain ends.
 *
 * AWS does not say what becomes of a batch whose messages come from several chains; here the longest counts.
 */
export function traceHeader(requestId: string, functionArn: string, before: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const [name, count] of before.flatMap(lineageIn)) counts.set(name, Math.max(count, counts.get(name) ?? 0));
  const name = hashText(functionArn);
  counts.set(name, (counts.get(name) ?? 0) + 1);
  const lineage = [...counts].map(([one, count]) => `${one}:${count}`).join('|');
  return `Root=1-${requestId};Sampled=0;Lineage=${lineage}`;
}

/** How often a function was invoked in the chain that a trace header tells of. */
export function invocationsIn(header: string | undefined, functionArn: string): number {
  if (header === undefined) return 0;
  const name = hashText(functionArn);
  return lineageIn(header).find(([one]) => one === name)?.[1] ?? 0;
}

function lineageIn(header: string): (readonly [name: string, count: number])[] {
  const parts = /;Lineage=([^;]+)/.exec(header)?.[1]?.split('|') ?? [];
  return parts.map((part) => part.split(':')).map(([name = '', count]) => [name, Number(count)] as const);
}
