/**
 * What a bill needs and this machine cannot show. Nothing here is AWS's word: they are the round figures to put right once
 * an account tells its own (`REPORT` lines of Lambda, latency metrics of the services).
 */
export const ASSUMPTIONS = {
  /** Memory (MB) at which a function has one whole vCPU, which is all that one thread can use. This one AWS does document. */
  wholeCpuMb: 1_769,
  /** How long a CPU second of this machine takes on Lambda's arm64. */
  cpuFactor: 1,
  /** Milliseconds that a warm connection's call takes, by signing name, as the function that waits for it sees it. */
  roundTripMs: {
    dynamodb: 4,
    sqs: 5,
    firehose: 15,
    events: 15,
    monitoring: 25,
    s3: 25,
    athena: 80,
    ses: 40,
  } as Readonly<Record<string, number>>,
  /** Of services that are not named. */
  otherRoundTripMs: 10,
  /** START, END and REPORT of one invocation, where a function's system log level lets them through. */
  systemLogBytes: 350,
  /** What Lambda's JSON format and CloudWatch Logs add to a line. */
  logLineBytes: 150,
  /** With nothing to do Lambda keeps so many connections to a queue, each of which asks again after so long. */
  idlePollers: 5,
  longPollSeconds: 20,
} as const;
