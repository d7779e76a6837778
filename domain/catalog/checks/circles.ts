import { circlesIn } from '../circles.ts';
import { idOf } from '../definition.ts';
import { below, error, type Problem } from '../problems/problem.ts';
import type { CheckedDefinition } from '../schemas.ts';
import { type Reference, referencesIn } from '../walk/references.ts';
import { stepsAtOnce } from './journey-steps.ts';
import type { Project } from './project.ts';

/** Definitions that lead to themselves: who is meant could not be told, or somebody would go round for ever in one moment. */
export const checkCircles = (project: Project): readonly Problem[] => [
  ...circlesOfMeaning(project),
  ...circlesOfSnippets(project),
  ...circlesOfJourneys(project),
];

/** Segments ask for segments and stages, stages for segments. A stage that asks for a stage asks for its own lifecycle. */
function circlesOfMeaning(project: Project): Problem[] {
  const asking = project.all.filter(({ type }) => type === 'segment' || type === 'lifecycle');
  const leadsTo = new Map(asking.map((definition) => [idOf(definition), asksFor(definition)]));
  return circlesIn(leadsTo).map((circle) => {
    const [first = ''] = circle;
    const definition = asking.find((one) => idOf(one) === first);
    const next = circle[1] ?? first;
    const asks = definition && referencesIn(definition).find((reference) => meaningOf(reference) === next);
    if (asks?.to === 'stage' && next === first)
      return error(asks.path, 'cycle', 'what a stage means cannot ask for stages: nobody is in one before it is asked');
    const names = circle.map((id) =>
      id.startsWith('segment/') ? `“${id.slice('segment/'.length)}”` : 'the lifecycle',
    );
    return error(
      asks?.path ?? '',
      'cycle',
      circle.length === 1
        ? `${names[0]} asks for itself`
        : `${names.join(' asks for ')}, which asks for ${names[0]}: that never ends`,
    );
  });
}

const asksFor = (definition: CheckedDefinition): string[] =>
  referencesIn(definition).flatMap((reference) => meaningOf(reference) ?? []);

/** The definition that says what a question means. */
function meaningOf({ to, name }: Reference): string | undefined {
  if (to === 'stage') return 'lifecycle/default';
  return to === 'segment' ? `segment/${name}` : undefined;
}

/** Snippets stand in one another's places. */
const circlesOfSnippets = (project: Project): Problem[] =>
  circlesIn(
    new Map(
      project
        .of('snippet')
        .map((snippet) => [
          snippet.key,
          referencesIn(snippet).flatMap(({ to, name }) => (to === 'snippet' ? [name] : [])),
        ]),
    ),
  ).map((circle) =>
    error(
      below('snippets', circle[0] ?? ''),
      'cycle',
      `${[...circle, circle[0]].map((key) => `“${key}”`).join(' names ')}: that never ends`,
    ),
  );

/** Journeys that people enter and leave in one moment, one from the other. */
function circlesOfJourneys(project: Project): Problem[] {
  const journeys = project.of('journey');
  const leadsTo = new Map(
    journeys.map(({ key, body }) => {
      const atOnce = stepsAtOnce(body);
      const leavesAtOnce = atOnce.some(({ type }) => type === 'exit');
      const entered = atOnce.flatMap((step) => (step.type === 'enter-journey' ? [step.journey] : []));
      const followers = journeys.filter(({ body: { entries } }) =>
        entries.some((entry) => entry.type === 'journey-exit' && entry.journey === key),
      );
      return [key, [...entered, ...(leavesAtOnce ? followers.map((one) => one.key) : [])]] as const;
    }),
  );
  return circlesIn(leadsTo).map((circle) =>
    error(
      below('journeys', circle[0] ?? ''),
      'loop-without-wait',
      `people would go from ${circle.map((key) => `“${key}”`).join(' to ')} and back to “${circle[0]}” without a wait`,
    ),
  );
}
