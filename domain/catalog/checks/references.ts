import { DAY } from '../../calendar.ts';
import { idOf, titleOf } from '../definition.ts';
import { error, type Problem, warning } from '../problems/problem.ts';
import { didYouMean } from '../problems/spelling.ts';
import type { CheckedDefinition } from '../schemas.ts';
import { definitionNamed, type Reference, referencesIn } from '../walk/references.ts';
import type { Project, SeenEvents, Surroundings } from './project.ts';

/** Whether everything that a definition names is there. @param now ms */
export const checkReferences = (
  definition: CheckedDefinition,
  project: Project,
  around: Surroundings,
  now: number,
): readonly Problem[] =>
  referencesIn(definition).flatMap((reference) => {
    switch (reference.to) {
      case 'stage':
        return stageProblem(reference, project, around);
      case 'end':
        return endProblem(reference, project);
      case 'score':
        return scoreProblem(reference, project, around);
      case 'channel':
        return channelProblem(reference, around);
      case 'binding':
        return bindingProblem(reference, around);
      case 'place-group':
        return groupProblem(reference, project);
      case 'event':
        return eventProblem(reference, around.seen, now);
      case 'property':
        return propertyProblem(reference, around.seen);
      default:
        return definitionProblem(reference, project, around);
    }
  });

type Named = Pick<Reference, 'name' | 'path'>;
type ToDefinition = Extract<
  Reference,
  { readonly to: 'segment' | 'template' | 'topic' | 'place' | 'journey' | 'campaign' | 'brand' | 'snippet' }
>;

function definitionProblem(reference: ToDefinition, project: Project, { drafts }: Surroundings): Problem[] {
  const { to: type, name, path } = reference;
  if (project.has({ type, key: name })) return [];
  if (drafts.has(idOf({ type, key: name })))
    return [
      error(path, 'unpublished-dependency', `${titleOf({ type, key: name })} is only a draft: choose it as well`),
    ];
  const known = project.of(type);
  // Until the first place is there, conditions may be prepared; nobody is in a place that does not exist.
  if (type === 'place' && known.length === 0)
    return [warning(path, 'no-places-yet', `there are no places yet, so nobody is at “${name}”`)];
  const keys = known.map(({ key }) => key);
  return [error(path, 'unknown-reference', `there is no ${type} “${name}”${didYouMean(name, keys)}`)];
}

function stageProblem(reference: Reference, project: Project, { drafts }: Surroundings): Problem[] {
  const { name, path } = reference;
  const stages = project.stages;
  if (stages.has(name)) return [];
  const needed = definitionNamed(reference);
  const draft =
    needed !== undefined && drafts.has(idOf(needed)) ? ' in the live lifecycle; its draft was not chosen' : '';
  const meant = didYouMean(name, stages);
  return [
    error(
      path,
      draft === '' ? 'unknown-reference' : 'unpublished-dependency',
      `there is no stage “${name}”${draft}${meant === '' ? `; there are ${[...stages].join(', ')}` : meant}`,
    ),
  ];
}

function endProblem({ name, path }: Named, { ends }: Project): Problem[] {
  if (ends.has(name)) return [];
  const meant = didYouMean(name, ends);
  return [
    error(
      path,
      'unknown-reference',
      `nothing is known to end under the name “${name}”${meant === '' ? `; there are ${[...ends].join(', ')}` : meant}`,
    ),
  ];
}

function scoreProblem({ name, path }: Named, project: Project, { scores }: Surroundings): Problem[] {
  const known = new Set([...scores, ...Object.keys(project.of('settings')[0]?.body.scores ?? {})]);
  if (known.has(name)) return [];
  const meant = didYouMean(name, known);
  const others = known.size === 0 ? '; settings can define some' : `; there are ${[...known].join(', ')}`;
  return [error(path, 'unknown-score', `there is no score “${name}”${meant === '' ? others : meant}`)];
}

/** Definitions may be prepared: a message does not leave by it, and a condition is answered no. */
function channelProblem({ name, path }: Named, { channels }: Surroundings): Problem[] {
  if (channels.has(name)) return [];
  return [
    warning(path, 'channel-not-set-up', `the channel ${name} is not set up on this stage${didYouMean(name, channels)}`),
  ];
}

function bindingProblem({ name, path }: Named, { bindings }: Surroundings): Problem[] {
  if (bindings.has(name)) return [];
  const [kind] = name.split('/');
  const alike = [...bindings].filter((one) => one.startsWith(`${kind}/`));
  return [
    error(
      path,
      'missing-binding',
      `this stage has no binding “${name}”${didYouMean(name, alike) || '; somebody with the role admin sets it up'}`,
    ),
  ];
}

function groupProblem({ name, path }: Named, project: Project): Problem[] {
  const groups = new Set(project.of('place').flatMap(({ body }) => body.groups ?? []));
  if (groups.has(name)) return [];
  if (project.of('place').length === 0)
    return [warning(path, 'no-places-yet', `there are no places yet, so nobody is at one of “${name}”`)];
  return [error(path, 'unknown-reference', `no place is in the group “${name}”${didYouMean(name, groups)}`)];
}

const USUALLY_SEEN = 30;

function eventProblem({ name, path }: Named, seen: SeenEvents, now: number): Problem[] {
  const known = seen.get(name);
  if (known === undefined)
    return [
      warning(
        path,
        'event-not-seen',
        `the event “${name}” was not seen lately, or never${didYouMean(name, seen.keys())}`,
      ),
    ];
  if (known.last >= now - USUALLY_SEEN * DAY) return [];
  return [warning(path, 'event-not-seen', `the event “${name}” was not seen in the last ${USUALLY_SEEN} days`)];
}

function propertyProblem(
  { name, event, path }: Extract<Reference, { readonly to: 'property' }>,
  seen: SeenEvents,
): Problem[] {
  const properties = seen.get(event)?.properties;
  if (properties === undefined || properties.has(name)) return [];
  return [
    warning(
      path,
      'property-not-seen',
      `the event “${event}” was never seen with the property “${name}”${didYouMean(name, properties)}`,
    ),
  ];
}
