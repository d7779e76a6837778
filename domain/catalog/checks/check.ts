import { totalsIn } from '../../decisions/expressions/references.ts';
import { type DefinitionType, idOf, placeOf } from '../definition.ts';
import { error, type Problem, warning } from '../problems/problem.ts';
import { isRunning, journeyIn } from '../releases/journeys.ts';
import { askedCounters } from '../releases/registry.ts';
import { awaitedEvents } from '../walk/awaited-events.ts';
import { expressionsIn } from '../walk/expressions-in.ts';
import { checkCampaign } from './campaign.ts';
import { checkCircles } from './circles.ts';
import { checkInFull } from './in-full.ts';
import { checkKeys, checkRules } from './journey-rules.ts';
import { checkSteps } from './journey-steps.ts';
import type { Project, Surroundings } from './project.ts';
import { checkReferences } from './references.ts';
import { checkSenseless } from './senseless.ts';
import { checkSingle } from './single.ts';
import { checkTexts } from './texts.ts';

/** How many of each a project may have: what each event is held against, and what a release can list. */
const MOST_DEFINITIONS: Readonly<Record<DefinitionType, number>> = {
  settings: 1,
  lifecycle: 1,
  segment: 500,
  topic: 100,
  brand: 50,
  snippet: 200,
  place: 2_000,
  template: 500,
  journey: 200,
  campaign: 200,
};

/** What every profile may be asked to count or never to forget; each costs some bytes in each profile. */
const MOST_COUNTED = 300;

/** All that is wrong with a project as a whole, definition by definition. @param now ms */
export function checkProject(project: Project, around: Surroundings, now: number): readonly Problem[] {
  return [
    ...checkSizes(project),
    ...project.all.flatMap((definition) => [
      ...checkSingle(definition, around),
      ...checkReferences(definition, project, around, now),
      ...checkSenseless(definition),
      ...(definition.type === 'journey'
        ? [...checkSteps(definition, project), ...checkRules(definition, project)]
        : []),
      ...(definition.type === 'campaign' ? checkCampaign(definition, project) : []),
      ...checkTexts(definition, project, around),
    ]),
    ...checkCircles(project),
    ...checkInFull(project),
    ...checkKeys(project),
    ...checkNames(project),
  ];
}

function checkSizes(project: Project): Problem[] {
  const counted = countedBy(project);
  return [
    ...(Object.entries(MOST_DEFINITIONS) as [DefinitionType, number][]).flatMap(([type, most]) => {
      const { length } = project.of(type);
      return length <= most
        ? []
        : [error(`${type}s`, 'too-large', `a project has at most ${most} ${type}s; these are ${length}`)];
    }),
    ...(counted <= MOST_COUNTED
      ? []
      : [
          error(
            'segments',
            'too-large',
            `segments, stages and journeys ask profiles to count ${counted} different things, at most ${MOST_COUNTED} can be counted`,
          ),
        ]),
  ];
}

/** How many counters and totals of events segments, stages and journeys ask for. */
function countedBy(project: Project): number {
  // The stages that come with Perennial are no definition, and ask as well.
  const builtIn = project.lifecycle.stages.map(({ when }) => when);
  const expressions = project.all.flatMap((one) => expressionsIn(one, '').map(({ expression }) => expression));
  const totals = [
    ...[...builtIn, ...expressions].flatMap(totalsIn),
    ...project.all.filter(isRunning).flatMap((one) => awaitedEvents(journeyIn(one))),
  ];
  return askedCounters(project.all).length + new Set(totals).size;
}

/** Two of a type that people cannot tell apart in a list. */
function checkNames(project: Project): Problem[] {
  const first = new Map<string, string>();
  return project.all.flatMap((definition) => {
    if (!('name' in definition.body)) return [];
    const { name } = definition.body;
    const known = `${definition.type} ${name.trim().toLowerCase()}`;
    const other = first.get(known);
    if (other === undefined) {
      first.set(known, idOf(definition));
      return [];
    }
    return [
      warning(
        `${placeOf(definition)}/name`,
        'duplicate-name',
        `the ${definition.type} “${other.slice(definition.type.length + 1)}” is called “${name}” too`,
      ),
    ];
  });
}
