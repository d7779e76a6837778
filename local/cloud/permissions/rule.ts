import type { PolicyStatement } from '../template/policy.ts';
import { type Condition, compileCondition } from './condition.ts';
import { arnPattern, type Matcher, wildcard } from './wildcard.ts';

/**
 * One action on one resource of one statement: what a policy is taken apart into, so that what is granted can be compared
 * with what was used.
 */
export interface Rule {
  readonly effect: 'Allow' | 'Deny';
  /** As the statement has them. */
  readonly action: string;
  readonly resource: string;
  /** Where it stands: the policy, and the statement's Sid or number. */
  readonly policy: string;
  readonly statement: string;
  readonly coversAction: Matcher;
  readonly coversResource: Matcher;
  /** Absent when the statement has no condition. */
  readonly holds?: Condition;
  /** How many requests it decided. */
  uses: number;
}

/** Takes a policy's statements apart. Throws, naming policy and statement, for what the local cloud cannot evaluate. */
export function rulesOf(statements: readonly PolicyStatement[], policy: string): Rule[] {
  return statements.flatMap((statement, index) => {
    const name = statement.Sid ?? String(index + 1);
    try {
      return rulesOfStatement(statement, policy, name);
    } catch (error) {
      throw new Error(`${policy}, statement ${name}: ${(error as Error).message}`);
    }
  });
}

function rulesOfStatement(statement: PolicyStatement, policy: string, name: string): Rule[] {
  const { Effect: effect, Condition } = statement;
  const holds = Condition && compileCondition(Condition);
  return partsOf(statement, 'Action', actionPattern).flatMap(([action, coversAction]) =>
    partsOf(statement, 'Resource', resourcePattern).map(([resource, coversResource]) => ({
      ...{ effect, action, resource, policy, statement: name, coversAction, coversResource, uses: 0 },
      ...(holds && { holds }),
    })),
  );
}

/** `Action` and `Resource` one by one; of `NotAction` and `NotResource` there is one part: everything but the list. */
function partsOf(statement: PolicyStatement, element: 'Action' | 'Resource', pattern: (text: string) => Matcher) {
  const listed = statement[element];
  if (listed !== undefined) return [listed].flat().map((text): [string, Matcher] => [text, pattern(text)]);
  const excluded = statement[`Not${element}`];
  if (excluded === undefined) throw new Error(`it has neither ${element} nor Not${element}`);
  const texts = [excluded].flat();
  const matchers = texts.map(pattern);
  const others: Matcher = (text) => !matchers.some((matches) => matches(text));
  return [[`not ${texts.join(', ')}`, others] as [string, Matcher]];
}

const actionPattern = (action: string) => wildcard(action, { ignoreCase: true });

function resourcePattern(resource: string): Matcher {
  // They would be taken for themselves, and match nothing.
  if (resource.includes('${')) throw new Error('the local cloud does not know policy variables');
  return arnPattern(resource);
}
