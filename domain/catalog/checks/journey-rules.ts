import { placeOf } from '../definition.ts';
import type { StepOf } from '../journey/step.ts';
import { below, error, type Problem, warning } from '../problems/problem.ts';
import type { CheckedOf } from '../schemas.ts';
import type { Project } from './project.ts';

type Journey = CheckedOf<'journey'>;

/** Rules of a journey that undo each other, and messages whose step and template are of two minds. */
export const checkRules = (journey: Journey, project: Project): readonly Problem[] => [
  ...onlyOnce(journey),
  ...Object.entries(journey.body.steps).flatMap(([id, step]) => {
    const path = below(placeOf(journey), 'steps', id);
    if (step.type === 'offer') return noPool(step, path);
    return step.type === 'message' ? [...classFits(step, path, project), ...noFallback(step, path)] : [];
  }),
];

/** Nobody is to get a code that no shop knows. */
const noPool = ({ code }: StepOf<'offer'>, path: string): Problem[] =>
  'pool' in code
    ? [
        error(
          below(path, 'code', 'pool'),
          'not-yet',
          'codes from pools come with a later release: write shared or generated',
        ),
      ]
    : [];

/** As long as one channel delivers, there is no other way to go. */
const noFallback = ({ fallbackAfter }: StepOf<'message'>, path: string): Problem[] =>
  fallbackAfter === undefined
    ? []
    : [
        warning(
          below(path, 'fallbackAfter'),
          'not-yet',
          'other channels come with a later release: nothing follows from it yet',
        ),
      ];

/** What comes again takes in who was in it once, or it need not come again. */
function onlyOnce({ body: { again = 'never', entries }, ...name }: Journey): Problem[] {
  if (again !== 'never') return [];
  return entries.flatMap((entry, i) => {
    const comesAgain =
      (entry.type === 'schedule' && entry.every !== undefined) || (entry.type === 'date' && entry.yearly === true);
    if (!comesAgain) return [];
    const path = below(placeOf(name), 'entries', i);
    return [warning(path, 'holds-for-nobody', 'it comes again, and takes each person in once: say `again`')];
  });
}

/**
 * Whether consent, caps and quiet hours hold for a message is asked more than once on its way, of the step when it is decided and of
 * its template before it leaves: both have to say the same. Nor may marketing go that has no way out.
 */
function classFits({ class: said, send }: StepOf<'message'>, path: string, project: Project): Problem[] {
  return send.flatMap(({ template: key }, i) => {
    const template = project.find({ type: 'template', key });
    if (said === undefined || template?.type !== 'template' || template.body.channel !== 'email') return [];
    const { class: own = 'marketing' } = template.body;
    if (own === said) return [];
    const at = below(path, 'send', i, 'template');
    const why =
      said === 'marketing'
        ? `the template “${key}” is transactional: as marketing it needs a way to unsubscribe`
        : `the template “${key}” is marketing: only one that says transactional itself goes to those who refuse marketing`;
    return [error(at, 'wrong-class', why)];
  });
}

/** Journeys and campaigns are told apart by their keys alone, wherever people are told of them. */
export const checkKeys = (project: Project): readonly Problem[] =>
  project
    .of('campaign')
    .flatMap((campaign) =>
      project.has({ type: 'journey', key: campaign.key })
        ? [
            error(
              placeOf(campaign),
              'duplicate-name',
              `there is a journey “${campaign.key}”: campaigns need keys of their own`,
            ),
          ]
        : [],
    );
