import { type Input, inputOrder } from '../../domain/state/input.ts';
import { isSettled } from '../../domain/state/links.ts';
import { isKnown, type UserKey } from '../../domain/state/user-key.ts';
import { linksTaken, type Person } from './join.ts';
import { type Arrival, type Came, forHeir } from './people.ts';
import type { Snapshot } from './snapshot.ts';
import type { Work } from './work.ts';

export interface Turns {
  /** Devices nobody was logged in on. */
  readonly devices: readonly Arrival[];
  readonly users: readonly Arrival[];
  /** What has to be looked at again when these are done. */
  readonly later: Came;
}

/**
 * Who is committed before whom, where it matters: a batch can hold what a device did, the log-in on it, and what it did
 * afterwards, and the outcome must be that of one after the other. So a device is given what came before it was first
 * named for a user, and committed before that user; what came after that is the user's. Whoever else names the device
 * waits for the next round.
 */
export function turnsOf(people: readonly Arrival[], snapshot: Snapshot): Turns {
  const named = firstNamed(people, snapshot);
  const waits = ({ person }: Arrival) =>
    freeDevicesOf(person, snapshot).some((key) => named.get(key)?.person !== person);
  const later = people.filter(waits).flatMap(({ came }) => came);
  const devices: Arrival[] = [];
  const users = new Map<Person, Arrival>();
  for (const arrival of people) if (isKnown(arrival.person.key) && !waits(arrival)) users.set(arrival.person, arrival);

  for (const arrival of people) {
    const { person, came } = arrival;
    if (isKnown(person.key)) continue;
    const first = named.get(person.key);
    if (first === undefined) {
      devices.push(arrival);
      continue;
    }
    const isBefore = (input: Input) => inputOrder(input, first.input) < 0;
    const before = { person: { ...person, inputs: person.inputs.filter(isBefore) }, came: partOf(came, isBefore) };
    if (before.came.length > 0) devices.push(before);
    const after = partOf(came, (input) => !isBefore(input));
    const heir = users.get(first.person);
    if (heir === undefined) later.push(...after);
    else users.set(first.person, withInputs(heir, after));
  }
  return { devices, users: [...users.values()], later };
}

const withInputs = ({ person, came }: Arrival, after: Came): Arrival => ({
  person: { ...person, inputs: [...person.inputs, ...after.flatMap(([, { inputs }]) => forHeir(inputs, person.key))] },
  came: [...came, ...after],
});

/**
 * By whom, and with which input, each device of the batch is named first. Of two who name each other's, whoever began is
 * first with all of his: somebody has to be.
 */
function firstNamed(people: readonly Arrival[], snapshot: Snapshot): Map<UserKey, { person: Person; input: Input }> {
  const namings = people.flatMap(({ person }) => {
    const inputs = person.inputs.filter((input) => freeDevicesIn(person, input, snapshot).length > 0).sort(inputOrder);
    return inputs[0] === undefined ? [] : [{ person, inputs, begins: inputs[0] }];
  });
  const named = new Map<UserKey, { person: Person; input: Input }>();
  for (const { person, inputs } of namings.sort((a, b) => inputOrder(a.begins, b.begins)))
    for (const input of inputs)
      for (const key of freeDevicesIn(person, input, snapshot)) if (!named.has(key)) named.set(key, { person, input });
  return named;
}

const freeDevicesOf = (person: Person, snapshot: Snapshot): UserKey[] =>
  person.inputs.flatMap((input) => freeDevicesIn(person, input, snapshot));

/** Devices an input names that are nobody's yet, and that will be hers unless somebody else is first. */
const freeDevicesIn = (person: Person, input: Input, snapshot: Snapshot): UserKey[] =>
  linksTaken(person, input)
    .map((link) => snapshot.nameIn(link))
    .filter((key) => !isKnown(key) && !isSettled(person.profile, key) && snapshot.isFree(key));

const partOf = (came: Came, belongs: (input: Input) => boolean): [UserKey, Work][] =>
  came
    .map(([user, work]): [UserKey, Work] => [user, { ...work, inputs: work.inputs.filter(belongs) }])
    .filter(([, { inputs }]) => inputs.length > 0);
