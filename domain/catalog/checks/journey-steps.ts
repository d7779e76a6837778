import { circlesIn } from '../circles.ts';
import { placeOf } from '../definition.ts';
import { type Graph, graphOf, reachable, waysOf } from '../journey/graph.ts';
import type { JourneyStep } from '../journey/step.ts';
import { below, error, type Problem } from '../problems/problem.ts';
import { didYouMean } from '../problems/spelling.ts';
import type { CheckedOf } from '../schemas.ts';
import type { Project } from './project.ts';

type Journey = CheckedOf<'journey'>;

/** Whether the steps of a journey make a whole: every way leads somewhere, nobody is caught, shares add up. */
export function checkSteps(journey: Journey, project: Project): readonly Problem[] {
  const { start, steps, exits } = journey.body;
  const path = placeOf(journey);
  const graph = graphOf(steps);
  const dangling = danglingWays(journey, graph);
  const single = Object.entries(steps).flatMap(([id, step]) =>
    checkStep(step, below(path, 'steps', id), steps, project),
  );
  // Where a way leads to a step that is not there, all that follows from the ways would be said of a mistake.
  if (dangling.length > 0) return [...dangling, ...single];
  const found = reachable(graph, [start]);
  const unreachable = [...graph.keys()]
    .filter((id) => !found.has(id))
    .map((id) => error(below(path, 'steps', id), 'unreachable-step', `nobody ever comes to the step “${id}”`));
  return [
    ...unreachable,
    ...loopsWithoutWait(graph, path),
    ...(exits === undefined ? caught(steps, graph, found, path) : []),
    ...single,
  ];
}

function danglingWays({ body: { start, steps }, ...name }: Journey, graph: Graph): Problem[] {
  const path = placeOf(name);
  const unknown = (at: string, id: string) =>
    error(at, 'unknown-reference', `there is no step “${id}”${didYouMean(id, Object.keys(steps))}`);
  return [
    ...(graph.has(start) ? [] : [unknown(below(path, 'start'), start)]),
    ...[...graph].flatMap(([id, ways]) =>
      ways.filter(({ to }) => !graph.has(to)).map((way) => unknown(below(path, 'steps', id) + way.path, way.to)),
    ),
  ];
}

/** Somebody in such a loop would be moved for ever in one moment. */
const loopsWithoutWait = (graph: Graph, path: string): Problem[] =>
  circlesIn(new Map([...graph].map(([id, ways]) => [id, ways.filter(({ waits }) => !waits).map(({ to }) => to)]))).map(
    (circle) =>
      error(
        below(path, 'steps', circle[0] ?? ''),
        'loop-without-wait',
        `${circle.map((id) => `“${id}”`).join(' → ')} → “${circle[0]}” goes round without a wait`,
      ),
  );

/** Steps from which no way leads to an exit, in a journey that has no other way out. */
function caught(steps: Journey['body']['steps'], graph: Graph, found: ReadonlySet<string>, path: string): Problem[] {
  const backwards = new Map([...graph.keys()].map((id) => [id, [] as { to: string; path: string; waits: boolean }[]]));
  for (const [id, ways] of graph)
    for (const { to } of ways) backwards.get(to)?.push({ to: id, path: '', waits: false });
  const ends = Object.keys(steps).filter((id) => steps[id]?.type === 'exit');
  const canLeave = reachable(backwards, ends);
  const [first] = [...found].filter((id) => !canLeave.has(id));
  if (first === undefined) return [];
  return [error(below(path, 'steps', first), 'no-way-out', `from the step “${first}” no way leads to an exit`)];
}

function checkStep(step: JourneyStep, path: string, steps: Journey['body']['steps'], project: Project): Problem[] {
  switch (step.type) {
    case 'split':
      return sharesAddUp(step.shares, 0, below(path, 'shares'));
    case 'experiment':
      return sharesAddUp(step.variants, step.holdout?.percent ?? 0, below(path, 'variants'));
    case 'message':
      return step.send.flatMap((way, i) => templateFits(way, below(path, 'send', i, 'template'), project));
    case 'offer':
      return step.unless === undefined ? [] : stepOfType(step.unless, 'offer', below(path, 'unless'), steps);
    case 'branch':
      return messagesNamed(step.branches, below(path, 'branches'), steps);
    case 'wait-for':
      return messagesNamed(step.first, below(path, 'first'), steps);
    default:
      return [];
  }
}

export function sharesAddUp(
  shares: readonly { readonly name: string; readonly percent: number }[],
  rest: number,
  path: string,
): Problem[] {
  const sum = Math.round((shares.reduce((total, { percent }) => total + percent, 0) + rest) * 100) / 100;
  const twice = shares.find(({ name }, i) => shares.findIndex((one) => one.name === name) < i);
  return [
    ...(sum === 100 ? [] : [error(path, 'weights', `the shares add up to ${sum} % instead of 100 %`)]),
    ...(twice === undefined ? [] : [error(path, 'duplicate-name', `two shares are called “${twice.name}”`)]),
  ];
}

export function templateFits(
  way: { readonly channel: string; readonly template: string },
  path: string,
  project: Project,
): Problem[] {
  const template = project.find({ type: 'template', key: way.template });
  if (template?.type !== 'template' || template.body.channel === way.channel) return [];
  const { channel } = template.body;
  return [error(path, 'wrong-channel', `the template “${way.template}” is for ${channel}, not for ${way.channel}`)];
}

const messagesNamed = (list: readonly object[], path: string, steps: Journey['body']['steps']): Problem[] =>
  (list as readonly { readonly message?: { readonly step: string } }[]).flatMap(({ message }, i) =>
    message === undefined ? [] : stepOfType(message.step, 'message', below(path, i, 'message', 'step'), steps),
  );

function stepOfType(id: string, type: JourneyStep['type'], path: string, steps: Journey['body']['steps']): Problem[] {
  const found = steps[id];
  if (found?.type === type) return [];
  const known = Object.keys(steps).filter((one) => steps[one]?.type === type);
  if (found === undefined)
    return [error(path, 'unknown-reference', `there is no step “${id}”${didYouMean(id, known)}`)];
  return [error(path, 'unknown-reference', `the step “${id}” is no ${type} step`)];
}

/** Steps somebody comes to in the moment in which she enters. */
export function stepsAtOnce(journey: Journey['body']): readonly JourneyStep[] {
  const graph: Graph = new Map(Object.entries(journey.steps).map(([id, step]) => [id, waysOf(step)]));
  return [...reachable(graph, [journey.start], ({ waits }) => !waits)].flatMap((id) => journey.steps[id] ?? []);
}
