/**
 * What people do in a month, and how it comes. Every number is an assumption to be replaced by one's own; profiles and due
 * times are as `npm run bill` found them (docs/bill.md).
 */
export interface Habits {
  /** Events of an active person (MAU). */
  readonly events: number;
  /** Events in a request of an app, all of one person: SDKs gather them. */
  readonly eventsPerRequest: number;
  /** The busiest second, as a multiple of the mean one: an evening, times a campaign that brings people back. */
  readonly peak: number;
  /** Bytes of an event as it is kept in the lake, before compression. */
  readonly eventBytes: number;
  /** KB of a profile with its effects, rounded up as DynamoDB bills it. */
  readonly profileKb: number;
  /** Due times that come, whether or not they change anything. */
  readonly dues: number;
  /** Share of requests after which a due time moves. */
  readonly dueMoves: number;
  /** Domain events on the bus: stage changes above all. */
  readonly domainEvents: number;
  readonly emails: number;
  /** Hours in which an email to everybody shall have left. */
  readonly campaignHours: number;
  /** Messages of a queue that a worker gets at once, of at most ten. */
  readonly messagesPerInvocation: number;
  /** People that are known, for each who is active. */
  readonly peoplePerActive: number;
}

export const habits: Habits = {
  events: 300,
  eventsPerRequest: 10,
  peak: 5,
  eventBytes: 700,
  profileKb: 1,
  dues: 2,
  dueMoves: 0.33,
  domainEvents: 1,
  emails: 8,
  campaignHours: 4,
  messagesPerInvocation: 3,
  peoplePerActive: 4,
};

/**
 * How long an invocation takes (s): computed from the CPU time on a laptop and round trips, not measured on AWS. A worker
 * that sends emails sends ten at once.
 */
const TAKES = { ingest: 0.02, advance: 0.05, tenEmails: 0.2, dispatchOf100: 0.2 };

/** WRUs of an email: its place among those of a day, its claim, the outcome on it, and the entry in the index by provider id. */
const WRITES_PER_EMAIL = 4;

const DAYS = 30.4;
const SECONDS = DAYS * 86_400;

/** What a number of active people asks of AWS; rates are those of the busiest second. */
export interface Load {
  readonly requests: number;
  readonly events: number;
  /** Commits of a profile. */
  readonly commits: number;
  readonly profileWrites: number;
  /** WRUs of the `due` index. */
  readonly dueWrites: number;
  readonly profileReads: number;
  readonly lakeBytes: number;
  readonly lakeRecords: number;
  readonly domainEvents: number;
  readonly emailsPerDay: number;
  /** While a campaign leaves. */
  readonly emailsPerSecond: number;
  readonly sendWrites: number;
  /** Invocations of dispatch at work at once, while a campaign leaves. */
  readonly dispatching: number;
  /** Invocations of `advance` at work at once, for the live queue. */
  readonly advancing: number;
  /** Invocations of all functions at work at once, while a campaign leaves. */
  readonly concurrency: number;
  readonly profilesGb: number;
}

/** The load of `mau` people who are active in a month. */
export function loadOf(mau: number, of: Habits = habits): Load {
  const perSecond = (perMonth: number) => ((mau * perMonth) / SECONDS) * of.peak;
  const requests = perSecond(of.events / of.eventsPerRequest);
  const dues = perSecond(of.dues);
  const commits = requests + dues;
  // A new due time replaces an entry of the index: one write to put it, one to take the old one away.
  const dueWrites = 2 * (of.dueMoves * requests + dues);
  const invocations = requests / of.messagesPerInvocation;
  const emailsPerSecond = mau / (of.campaignHours * 3_600);
  const dispatching = (emailsPerSecond / 100) * TAKES.dispatchOf100;
  const advancing = invocations * TAKES.advance;
  return {
    requests,
    events: perSecond(of.events),
    commits,
    profileWrites: commits * of.profileKb + dueWrites,
    dueWrites,
    profileReads: commits * Math.ceil(of.profileKb / 4),
    lakeBytes: perSecond(of.events) * of.eventBytes,
    lakeRecords: invocations,
    domainEvents: perSecond(of.domainEvents),
    emailsPerDay: (mau * of.emails) / DAYS,
    emailsPerSecond,
    sendWrites: emailsPerSecond * WRITES_PER_EMAIL,
    dispatching,
    advancing,
    concurrency: requests * TAKES.ingest + advancing + dispatching + (emailsPerSecond / 10) * TAKES.tenEmails,
    profilesGb: (mau * of.peoplePerActive * of.profileKb) / 1e6,
  };
}
