import type { TopicBody } from '../../catalog/topic.ts';
import { type Consents, entriesOf, mergeConsents } from '../../state/consent.ts';
import type { ConsentPlace, GivenAnswer } from '../../state/input.ts';
import { consentProblem } from '../rules/consent.ts';

/** A topic as it was published. */
export type Topic = TopicBody & { readonly key: string };

/** What somebody can choose, and what holds for her now. */
export interface Choices {
  readonly topics: readonly TopicChoice[];
  /** She has left email as a whole: what she gets of topics, she has said yes to since. */
  readonly hasLeft: boolean;
}

export interface TopicChoice {
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  /** She is written to about it. */
  readonly on: boolean;
}

/** What she does on the page, or by the button of her mail program. */
export type Wish =
  /** Of the topics she was shown, those she wants. */
  | { readonly kind: 'choose'; readonly shown: ReadonlySet<string>; readonly wanted: ReadonlySet<string> }
  | { readonly kind: 'leave' }
  /** `had` is what she got when she left, as far as the page that she left by still says. */
  | { readonly kind: 'return'; readonly had: ReadonlySet<string> }
  | { readonly kind: 'leave-topic' | 'return-topic'; readonly topic: string };

const EMAIL = 'email';

const byEmail = (topics: readonly Topic[]): readonly Topic[] =>
  topics.filter(({ channels }) => channels.includes(EMAIL));

export function choicesOf(topics: readonly Topic[], consents: Consents): Choices {
  return {
    topics: byEmail(topics)
      .filter(({ hidden }) => hidden !== true)
      .map(({ key, name, description, ...rules }) => ({
        ...{ key, name, ...(description !== undefined && { description }) },
        on: gets(consents, { key, name, ...rules }),
      })),
    hasLeft: hasLeft(consents),
  };
}

/** Whether she is written to about a topic: she has not refused it, and has said and confirmed as much as it asks for. */
export const gets = (consents: Consents, topic: Topic): boolean =>
  consentProblem(consents, EMAIL, topic.key, { topics: new Map([[topic.key, topic]]) }) === undefined;

/**
 * The answers that a wish comes to. What she leaves as it is, is no answer: a box that was ticked before she came is nobody's
 * yes.
 */
export function answersTo(wish: Wish, topics: readonly Topic[], consents: Consents): readonly GivenAnswer[] {
  switch (wish.kind) {
    case 'leave':
      return [{ about: EMAIL, granted: false }];
    case 'return':
      return returning(topics, consents, wish.had);
    case 'leave-topic':
    case 'return-topic':
      return [{ about: aboutOf(wish.topic), granted: wish.kind === 'return-topic' }];
    case 'choose':
      return choicesOf(topics, consents).topics.flatMap(({ key, on }) => {
        const wanted = wish.wanted.has(key);
        return wish.shown.has(key) && wanted !== on ? [{ about: aboutOf(key), granted: wanted }] : [];
      });
  }
}

/**
 * Takes back that she has left, and says yes to what she had and would not have by that alone. Who has not left has nothing to
 * come back to.
 */
function returning(topics: readonly Topic[], consents: Consents, had: ReadonlySet<string>): readonly GivenAnswer[] {
  if (!hasLeft(consents)) return [];
  const back: GivenAnswer = { about: EMAIL, granted: true };
  const then = withAnswers(consents, [back], answeredAt(0, consents), 'preference-page');
  const missing = byEmail(topics).filter((topic) => had.has(topic.key) && !gets(then, topic));
  return [back, ...missing.map(({ key }) => ({ about: aboutOf(key), granted: true }))];
}

const hasLeft = (consents: Consents): boolean => consents.get(EMAIL)?.granted === false;

const aboutOf = (topic: string): string => `${EMAIL}/${topic}`;

/**
 * What the button of a mail program means: the topic of the message it stands beside, where people know that topic; or
 * email as a whole.
 */
export const oneClick = (topic: string | undefined, topics: readonly Topic[]): Wish =>
  topic !== undefined && byEmail(topics).some(({ key, hidden }) => key === topic && hidden !== true)
    ? { kind: 'leave-topic', topic }
    : { kind: 'leave' };

/** What she has said, with the answers she gives now: as the reducer will have it in a moment. */
export const withAnswers = (
  consents: Consents,
  answers: readonly GivenAnswer[],
  time: number,
  source: ConsentPlace,
): Consents =>
  mergeConsents(
    consents,
    answers.flatMap(({ about, granted }) => entriesOf(about, { granted, time, source }, true)),
  );

/** When an answer that is given now (ms) was given: after everything she said before, whatever clock that was by. */
export const answeredAt = (now: number, consents: Consents): number =>
  [...consents.values()].reduce((latest, { time }) => Math.max(latest, time + 1), now);
