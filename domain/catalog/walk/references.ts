import { snippetsIn } from '../../delivery/email/snippets.ts';
import { messagesIn } from '../campaign/campaign.ts';
import { type DefinitionName, type DefinitionType, ONLY_KEY, placeOf } from '../definition.ts';
import type { Question } from '../expression.ts';
import type { StepOf } from '../journey/step.ts';
import { below } from '../problems/problem.ts';
import type { CheckedDefinition, CheckedOf } from '../schemas.ts';
import { expressionsIn } from './expressions-in.ts';
import { questionsIn } from './questions.ts';
import { eventReferences, type SeenReference } from './seen-references.ts';

/** That a definition names something: by its key, or an event or property by the name apps give it. */
export type Reference =
  | { readonly to: Exclude<DefinitionType, 'settings' | 'lifecycle'>; readonly name: string; readonly path: string }
  | {
      readonly to: 'stage' | 'end' | 'score' | 'channel' | 'place-group' | 'binding';
      readonly name: string;
      readonly path: string;
    }
  | SeenReference;

/** All that a definition names, in the order in which it stands there. */
export function referencesIn(definition: CheckedDefinition): readonly Reference[] {
  const path = placeOf(definition);
  return [
    ...expressionsIn(definition, path).flatMap(({ expression, path: at }) =>
      questionsIn(expression, at).flatMap(({ question, path: where }) => inQuestion(question, where)),
    ),
    ...ownReferences(definition, path),
  ];
}

/** The definition that has to be there for a reference to hold; undefined for what is no definition. */
export function definitionNamed({ to, name }: Reference): DefinitionName | undefined {
  if (to === 'stage') return { type: 'lifecycle', key: ONLY_KEY };
  switch (to) {
    case 'segment':
    case 'topic':
    case 'brand':
    case 'snippet':
    case 'place':
    case 'template':
    case 'journey':
    case 'campaign':
      return { type: to, key: name };
    default:
      return undefined;
  }
}

function inQuestion(question: Question, path: string): readonly Reference[] {
  if ('segment' in question) return [{ to: 'segment', name: question.segment, path: below(path, 'segment') }];
  if ('stage' in question)
    return [question.stage].flat().map((name) => ({ to: 'stage', name, path: below(path, 'stage') }));
  if ('ended' in question)
    return question.ended === true ? [] : [{ to: 'end', name: question.ended, path: below(path, 'ended') }];
  if ('score' in question) return [{ to: 'score', name: question.score, path: below(path, 'score') }];
  if ('place' in question) return [{ to: 'place', name: question.place, path: below(path, 'place') }];
  if ('channel' in question) return [{ to: 'channel', name: question.channel, path: below(path, 'channel') }];
  if ('consent' in question) return inConsent(question.consent, below(path, 'consent'));
  return eventReferences(question, path);
}

function inConsent(about: string, path: string): readonly Reference[] {
  const [channel = '', topic] = about.split('/');
  return [
    { to: 'channel', name: channel, path },
    ...(topic === undefined ? [] : [{ to: 'topic' as const, name: topic, path }]),
  ];
}

function ownReferences({ type, body }: CheckedDefinition, path: string): readonly Reference[] {
  switch (type) {
    case 'lifecycle':
      return (body.ends ?? []).flatMap(({ ends, resumes }, i) => [
        ...ends.map((name, j) => ({ to: 'event' as const, name, path: below(path, 'ends', i, 'ends', j) })),
        ...resumes.map((name, j) => ({ to: 'event' as const, name, path: below(path, 'ends', i, 'resumes', j) })),
      ]);
    case 'settings':
      return Object.entries(body.scores ?? {}).flatMap(([score, { weights }]) =>
        Object.keys(weights).map((name) => ({
          to: 'event',
          name,
          path: below(path, 'scores', score, 'weights', name),
        })),
      );
    case 'topic':
      return body.channels.map((name, i) => ({ to: 'channel', name, path: below(path, 'channels', i) }));
    case 'brand':
      return inBrand(body, path);
    case 'snippet':
      return inTexts(body.locales, below(path, 'locales'));
    case 'template':
      return inTemplate(body, path);
    case 'campaign':
      return [...inMessages(body, path), ...inGoalAndExits(body, path)];
    case 'journey':
      return [...inEntries(body, path), ...inGoalAndExits(body, path), ...inSteps(body, path)];
    default:
      return [];
  }
}

function inTemplate(body: CheckedOf<'template'>['body'], path: string): readonly Reference[] {
  return [
    { to: 'channel', name: body.channel, path: below(path, 'channel') },
    ...(body.topic === undefined ? [] : [{ to: 'topic' as const, name: body.topic, path: below(path, 'topic') }]),
    ...binding(path, 'sender', 'sender' in body ? body.sender : undefined),
    ...binding(path, 'replyTo', 'replyTo' in body ? body.replyTo : undefined, 'sender'),
    ...binding(path, 'endpoint', 'endpoint' in body ? body.endpoint : undefined),
    ...('brand' in body && body.brand !== undefined
      ? [{ to: 'brand' as const, name: body.brand, path: below(path, 'brand') }]
      : []),
    ...(body.channel === 'email'
      ? Object.entries(body.locales).flatMap(([locale, texts]) => inTexts(texts, below(path, 'locales', locale)))
      : []),
  ];
}

/** The snippets that texts name. */
const inTexts = (texts: Readonly<Record<string, string | undefined>>, path: string): readonly Reference[] =>
  Object.entries(texts).flatMap(([name, text = '']) =>
    snippetsIn(text).map((key) => ({ to: 'snippet', name: key, path: below(path, name) })),
  );

function inBrand({ senders, replyTo }: CheckedOf<'brand'>['body'], path: string): readonly Reference[] {
  const streams = Object.entries(senders).flatMap(([stream, named]) => [
    ...binding(below(path, 'senders', stream), 'sender', named?.sender),
    ...Object.entries(named?.locales ?? {}).flatMap(([locale, name]) =>
      binding(below(path, 'senders', stream, 'locales'), locale, name, 'sender'),
    ),
  ]);
  return [...streams, ...binding(path, 'replyTo', replyTo, 'sender')];
}

type Journey = CheckedOf<'journey'>['body'];
type Entry = Journey['entries'][number];
type Step = Journey['steps'][string];

const inEntries = ({ entries }: Journey, path: string): readonly Reference[] =>
  entries.flatMap((entry, i) => inEntry(entry, below(path, 'entries', i)));

function inEntry(entry: Entry, path: string): readonly Reference[] {
  switch (entry.type) {
    case 'event':
      return eventReferences(entry, path);
    case 'stage-enter':
      return [stage(path, 'stage', entry.stage), stage(path, 'from', entry.from)].flat();
    case 'stage-leave':
      return [stage(path, 'stage', entry.stage), stage(path, 'to', entry.to)].flat();
    case 'stage-for':
      return stage(path, 'stage', entry.stage);
    case 'segment-enter':
    case 'segment-leave':
      return [{ to: 'segment', name: entry.segment, path: below(path, 'segment') }];
    case 'score':
      return [{ to: 'score', name: entry.score, path: below(path, 'score') }];
    case 'journey-exit':
      return [{ to: 'journey', name: entry.journey, path: below(path, 'journey') }];
    case 'place-enter':
    case 'place-leave':
    case 'place-for':
    case 'beacon':
      return inPlace(entry, path);
    default:
      return [];
  }
}

const stage = (path: string, member: string, name: string | undefined): readonly Reference[] =>
  name === undefined ? [] : [{ to: 'stage', name, path: below(path, member) }];

const inPlace = (entry: { readonly place?: string | undefined; readonly group?: string | undefined }, path: string) => [
  ...(entry.place === undefined ? [] : [{ to: 'place' as const, name: entry.place, path: below(path, 'place') }]),
  ...(entry.group === undefined ? [] : [{ to: 'place-group' as const, name: entry.group, path: below(path, 'group') }]),
];

const inMessages = (campaign: CheckedOf<'campaign'>['body'], path: string): readonly Reference[] =>
  messagesIn(campaign).flatMap(({ message: { send }, path: at }) => inWays(send, `${path}${at}`));

function inGoalAndExits({ goal, exits = [] }: Pick<Journey, 'goal' | 'exits'>, path: string): readonly Reference[] {
  return [
    ...(goal !== undefined && 'event' in goal.reached
      ? eventReferences(
          { ...goal.reached, ...(goal.revenue !== undefined && { property: goal.revenue }) },
          below(path, 'goal', 'reached'),
        )
      : []),
    ...exits.flatMap((exit, i) => ('event' in exit ? eventReferences(exit, below(path, 'exits', i)) : [])),
  ];
}

/** The ways a message may go. */
const inWays = (send: StepOf<'message'>['send'], path: string): readonly Reference[] =>
  send.flatMap(({ channel, template }, i) => [
    { to: 'channel', name: channel, path: below(path, 'send', i, 'channel') },
    { to: 'template', name: template, path: below(path, 'send', i, 'template') },
  ]);

const inSteps = ({ steps }: Journey, path: string): readonly Reference[] =>
  Object.entries(steps).flatMap(([id, step]) => inStep(step, below(path, 'steps', id)));

function inStep(step: Step, path: string): readonly Reference[] {
  switch (step.type) {
    case 'message':
      return inWays(step.send, path);
    case 'wait-for':
      return step.first.flatMap((one, i) => ('event' in one ? eventReferences(one, below(path, 'first', i)) : []));
    case 'offer': {
      const { code, redeemedBy } = step;
      return [
        ...('pool' in code ? binding(below(path, 'code'), 'pool', code.pool) : []),
        ...eventReferences(redeemedBy, below(path, 'redeemedBy')),
      ];
    }
    case 'webhook':
    case 'handoff':
      return binding(path, 'endpoint', step.endpoint);
    case 'enter-journey':
      return [{ to: 'journey', name: step.journey, path: below(path, 'journey') }];
    default:
      return [];
  }
}

/** Bindings are named `KIND/NAME`. */
const binding = (
  path: string,
  member: string,
  name: string | undefined,
  kind: string = member,
): readonly Reference[] =>
  name === undefined ? [] : [{ to: 'binding', name: `${kind}/${name}`, path: below(path, member) }];
