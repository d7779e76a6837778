/** What travels on the census queue: that a slice of a job is to be worked on. How far it is stands with the job. */
export interface JobMessage {
  readonly job: string;
  readonly slice: number;
}

/** In the place of a slice: that somebody should look what the live release is owed, and begin it. */
export const OWED: JobMessage = { job: 'owed', slice: 0 };

/** In the place of a slice: that the time of a scheduled journey has come. */
export const SCHEDULES: JobMessage = { job: 'schedules', slice: 0 };

const VERSION = 1;

export const encodeJobMessage = ({ job, slice }: JobMessage): string => JSON.stringify({ v: VERSION, job, slice });

/** Throws on a version this code does not know: it goes back and waits for a worker that does. */
export function decodeJobMessage(message: string): JobMessage {
  const { v, job, slice } = JSON.parse(message) as JobMessage & { v: number };
  if (v !== VERSION) throw new Error(`Job message of unknown version ${v}`);
  return { job, slice };
}
