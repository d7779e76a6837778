import { compileContactRules } from '../../delivery/rules/contact-rules.ts';
import { quietUntil } from '../../delivery/rules/quiet-hours.ts';
import { readZoneName, UTC } from '../../zone.ts';
import { placeOf } from '../definition.ts';
import { CHANNELS } from '../fields.ts';
import { below, error, type Problem, warning } from '../problems/problem.ts';
import type { CheckedDefinition, CheckedOf } from '../schemas.ts';
import type { Surroundings } from './project.ts';

/** What can be wrong with a definition that its schema cannot say, whatever others there are. */
export function checkSingle(definition: CheckedDefinition, around: Surroundings): readonly Problem[] {
  const path = placeOf(definition);
  switch (definition.type) {
    case 'lifecycle':
      return checkStages(definition.body, path);
    case 'settings':
      return [...checkZone(definition.body, path, around.zone), ...checkQuietHours(definition.body, path)];
    case 'template':
      return checkLocales(definition.body, path);
    case 'topic':
      return checkTopic(definition, path);
    default:
      return [];
  }
}

function checkStages({ stages, otherwise, ends = [] }: CheckedOf<'lifecycle'>['body'], path: string): Problem[] {
  return [
    ...[...stages.map(({ name }) => name), otherwise].flatMap((name, i, names) =>
      names.indexOf(name) === i
        ? []
        : [
            error(
              i === stages.length ? below(path, 'otherwise') : below(path, 'stages', i, 'name'),
              'duplicate-name',
              `two stages are called “${name}”`,
            ),
          ],
    ),
    ...ends.flatMap(({ name }, i) =>
      ends.findIndex((one) => one.name === name) === i
        ? []
        : [error(below(path, 'ends', i, 'name'), 'duplicate-name', `two ends are called “${name}”`)],
    ),
  ];
}

/** Windows of stored days are not moved, so a project keeps the zone of its first deployment. */
function checkZone({ zone }: CheckedOf<'settings'>['body'], path: string, deployed: string): Problem[] {
  if (zone === undefined || readZoneName(zone) === readZoneName(deployed)) return [];
  return [
    error(
      below(path, 'zone'),
      'other-zone',
      `this stage counts days in ${deployed}, and that was fixed when it was first deployed`,
    ),
  ];
}

/** A Monday. Hours come again each week, on every clock. */
const ANY_MOMENT = Date.UTC(2026, 2, 2);

/** Maybe meant, as a way to be silent for a while; if not, nothing else would tell. */
function checkQuietHours(settings: CheckedOf<'settings'>['body'], path: string): Problem[] {
  const { quietHours } = compileContactRules(settings, [], UTC);
  const silent = CHANNELS.filter((channel) => quietUntil(ANY_MOMENT, channel, quietHours, UTC) === undefined);
  const words = `it is always quiet on ${silent.join(', ')}: all marketing there would be withheld`;
  return silent.length === 0 ? [] : [warning(below(path, 'quietHours'), 'holds-for-everybody', words)];
}

function checkLocales({ locales, fallback }: CheckedOf<'template'>['body'], path: string): Problem[] {
  const written = Object.keys(locales);
  if (fallback === undefined)
    return written.length === 1
      ? []
      : [error(path, 'missing', 'say with `fallback` which language is for everybody whose own is not here')];
  return written.includes(fallback)
    ? []
    : [
        error(
          below(path, 'fallback'),
          'unknown-reference',
          `it is not written in ${fallback}, only in ${written.join(', ')}`,
        ),
      ];
}

/** Consent is kept as `CHANNEL/TOPIC`, and apps send it in these letters. */
const LONGEST_TOPIC = 32;

function checkTopic({ key, body }: CheckedOf<'topic'>, path: string): Problem[] {
  return [
    ...(key.length <= LONGEST_TOPIC
      ? []
      : [error(path, 'too-large', `the key of a topic has at most ${LONGEST_TOPIC} characters: it stands in consent`)]),
    ...(body.doubleOptIn && body.consent?.email === 'assumed'
      ? [warning(below(path, 'consent', 'email'), 'holds-for-nobody', 'with doubleOptIn a yes is always required')]
      : []),
    ...Object.keys(body.consent ?? {}).flatMap((channel) =>
      body.channels.some((one) => one === channel)
        ? []
        : [
            warning(
              below(path, 'consent', channel),
              'wrong-channel',
              `${channel} is not among the channels of this topic`,
            ),
          ],
    ),
  ];
}
