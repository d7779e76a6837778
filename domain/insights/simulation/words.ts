import type { Effect, RunEffect, WithheldEffect } from '../../decisions/effect.ts';
import type { Zone } from '../../zone.ts';
import { sayMoment, sentence } from '../why/words.ts';
import type { SimulatedMoment } from './simulate.ts';

/** What happened in a moment, in sentences. */
export function sayHappened({ effects, notEntered, places }: SimulatedMoment, zone: Zone): readonly string[] {
  return [
    ...effects.flatMap((effect) => sayEffect(effect, zone)),
    ...(notEntered === undefined ? [] : [`she does not come in: ${notEntered}`]),
    ...(effects.length === 0
      ? []
      : places.flatMap(({ step, until }) =>
          Number.isFinite(until) ? [`at “${step}” she waits until ${sayMoment(until, zone)} at most`] : [],
        )),
  ].map(sentence);
}

function sayEffect(effect: Effect, zone: Zone): readonly string[] {
  switch (effect.kind) {
    case 'run':
      return sayRun(effect);
    case 'message':
      return [`the message “${effect.message}” would go by ${effect.channel}`];
    case 'withheld':
      return [sayWithheld(effect, zone)];
    case 'goal':
      return [`she reaches the goal of “${effect.journey}”`];
    case 'call':
      return [`what “${effect.of.step}” names would be told`];
    case 'transition':
      return [`her stage becomes “${effect.to}”: ${effect.reason}`];
    case 'membership':
      return [`she ${effect.entered ? 'comes into' : 'leaves'} the segment “${effect.segment}”`];
    default:
      return [];
  }
}

const sayWithheld = ({ message, reason, until }: WithheldEffect, zone: Zone): string =>
  until === undefined
    ? `the message “${message}” would not be sent: ${reason}`
    : `the message “${message}” would wait until ${sayMoment(until, zone)}: ${reason}`;

function sayRun({ journey, entered, passed, to, left, group }: RunEffect): readonly string[] {
  const ways = passed.map(([step, way]) => (way === undefined ? `“${step}”` : `“${step}” (${way})`));
  return [
    ...(entered === undefined
      ? []
      : [`she comes into “${journey}” by ${entered}${group === 'holdout' ? ', without messages' : ''}`]),
    ...(ways.length === 0 ? [] : [`she passes ${ways.join(', ')}`]),
    ...(to === undefined ? [] : [`she is at “${to}”`]),
    ...(left === undefined ? [] : [`she leaves “${journey}”: ${left}`]),
  ];
}
