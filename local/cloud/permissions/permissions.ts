import type { Answer, Interceptor } from '../endpoint.ts';
import { type AwsRequest, type AwsResponse, awsError } from '../service.ts';
import type { Athena } from '../services/athena/athena.ts';
import type { DynamoDb } from '../services/dynamodb/dynamo-db.ts';
import type { Ses } from '../services/ses/ses.ts';
import { type Role, rolesOf } from '../template/roles.ts';
import type { Resource } from '../template/stack.ts';
import { type Candidates, type Decision, decide } from './decide.ts';
import type { Account, Need } from './needs/need.ts';
import { needsOf } from './needs/needs.ts';
import { bucketListing } from './needs/s3.ts';
import type { Principal } from './principal.ts';
import { accessDenied, sentence, unknownKey } from './refusal.ts';
import { type ResourceRule, resourcePoliciesOf, resourceRules } from './resource-policies.ts';
import { type Rule, rulesOf } from './rule.ts';

export interface PermissionsOptions {
  readonly region: string;
  /** The account's id. */
  readonly account: string;
  readonly dynamodb: DynamoDb;
  readonly ses: Ses;
  /** Left out where nobody asks it. */
  readonly athena?: Pick<Athena, 'workGroupOf'>;
  /** Gets a line for everything that is refused. */
  readonly log: (line: string) => void;
}

/** One action on one resource that is granted. */
export interface Grant {
  /** Logical id of the role it is granted to; of a resource's own policy, that policy's. */
  readonly to: string;
  readonly rule: Rule;
}

/** The key of whoever sits at this machine: commands and tools sign with it, and everything is allowed to them. */
export const OPERATOR = { accessKeyId: 'AKIALOCALOPERATOR000', secretAccessKey: 'local' } as const;

/** Of requests that have this many different resources, objects say, not every one is worth remembering. */
const MOST_REMEMBERED = 10_000;
/** Everything here travels as HTTPS would: no SDK and no service of AWS calls in the clear. */
const ALWAYS = { 'aws:SecureTransport': 'true' } as const;

/** Who may do what, by the stacks' own policies; and what of it was done. */
export class Permissions {
  readonly #account: Account;
  readonly #log: (line: string) => void;
  readonly #byKey = new Map<string, Principal>();
  readonly #remembered = new WeakMap<Principal, Map<string, Candidates>>();
  readonly #rules = new Map<string, readonly Rule[]>();
  readonly #services = new Map<string, Principal>();
  #roles: ReadonlyMap<string, Role> = new Map();
  #resourcePolicies: ReadonlyMap<string, readonly ResourceRule[]> = new Map();

  constructor({ region, account, dynamodb, ses, athena, log }: PermissionsOptions) {
    this.#log = log;
    this.#account = {
      region,
      id: account,
      partitionKeyOf: (name, index) => {
        const table = dynamodb.table(name);
        const keyed = index === undefined ? table : table?.indexes.find((one) => one.name === index);
        return keyed?.definition.KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
      },
      workGroupOf: (queryId) => athena?.workGroupOf(queryId),
      sendingIdentityOf: (address) => ses.identityFor(address) ?? address,
    };
    const name = `arn:aws:iam::${account}:user/operator`;
    const rules = rulesOf([{ Effect: 'Allow', Action: '*', Resource: '*' }], 'operator');
    this.#byKey.set(OPERATOR.accessKeyId, { arn: name, name, rules });
  }

  /** Reads roles and policies of the stacks. Throws for what the local cloud cannot evaluate, naming it. */
  load(resources: readonly Resource[]): void {
    this.#roles = rolesOf(resources);
    this.#resourcePolicies = resourcePoliciesOf(resources);
    for (const { arn, policies } of this.#roles.values())
      this.#rules.set(
        arn,
        policies.flatMap(({ name, statements }) => rulesOf(statements, name)),
      );
  }

  /**
   * Somebody who acts under a role. Throws when the role is not in the stacks, or does not let the service take it on.
   *
   * @param service who takes it on: `lambda.amazonaws.com`
   * @param session what tells apart those under one role: a function's name
   */
  assume(roleArn: string, service: string, session: string): Principal {
    const role = this.#roles.get(roleArn);
    if (role === undefined) throw new Error(`The role ${roleArn} is not in the stacks`);
    const trusted = resourceRules(
      role.trust.map((statement) => ({ Resource: '*', ...statement })),
      role.logicalId,
    ).filter(({ names }) => names(this.#service(service)));
    const asked = { identity: [], resource: trusted.filter(({ coversAction }) => coversAction('sts:AssumeRole')) };
    if (decide(asked, () => ALWAYS).outcome !== 'allowed')
      throw new Error(`The role ${role.logicalId} cannot be assumed by ${service}`);
    const name = `arn:aws:sts::${this.#account.id}:assumed-role/${role.name}/${session}`;
    return { arn: roleArn, name, rules: this.#rules.get(roleArn) ?? [] };
  }

  /** From now on this key signs in the name of `who`. */
  giveKey(accessKeyId: string, who: Principal): void {
    this.#byKey.set(accessKeyId, who);
  }

  /** Decides, counts the use of the statement that decided, and logs what is refused. */
  decide(who: Principal, need: Need): Decision {
    const { context } = need;
    const decision = decide(this.#candidatesFor(who, need), () => ({ ...ALWAYS, ...context?.() }));
    if (decision.outcome !== 'not-allowed') decision.by.uses++;
    if (decision.outcome !== 'allowed') this.#log(sentence(who, need, decision));
    return decision;
  }

  may(who: Principal, need: Need): boolean {
    return this.decide(who, need).outcome === 'allowed';
  }

  /** Whether who signs with a key may do something: for what a service does in the name of who asked it. */
  callerMay(accessKeyId: string, need: Need): boolean {
    const who = this.#byKey.get(accessKeyId);
    return who !== undefined && this.may(who, need);
  }

  /** Whether a service of AWS may do something by itself, for one of the account's resources. */
  serviceMay(service: string, sourceArn: string, need: Omit<Need, 'context'>): boolean {
    const context = () => ({ 'aws:SourceArn': sourceArn, 'aws:SourceAccount': this.#account.id });
    return this.may(this.#service(service), { ...need, context });
  }

  /** Everything that the stacks' policies allow, one action on one resource each, with how often it was used. */
  get granted(): readonly Grant[] {
    const ofRoles = [...this.#roles.values()].flatMap(({ arn, logicalId }) =>
      (this.#rules.get(arn) ?? []).map((rule) => ({ to: logicalId, rule })),
    );
    const ofResources = [...this.#resourcePolicies.values()].flat().map((rule) => ({ to: rule.policy, rule }));
    return [...ofRoles, ...ofResources].filter(({ rule }) => rule.effect === 'Allow');
  }

  /** Stands at the door: a request goes on when everything it needs is allowed to whoever signed it. */
  readonly interceptor: Interceptor = (request, next) => {
    const who = this.#byKey.get(request.caller);
    if (who === undefined) return unknownKey(request);
    const needs = needsOf(request, this.#account);
    if (needs === undefined) {
      const message = `Nobody has said what ${request.service}:${request.action} needs; see local/cloud/permissions/needs`;
      this.#log(message);
      return awsError(501, 'UnknownOperationException', message);
    }
    for (const need of needs) {
      const decision = this.decide(who, need);
      if (decision.outcome !== 'allowed') return accessDenied(request, who, need, decision);
    }
    return request.service === 's3' ? this.#hidingAbsence(request, who, next) : next(request);
  };

  /** AWS: that an object is not there is told only to who may list the bucket; to others it is forbidden. */
  async #hidingAbsence(
    request: AwsRequest,
    who: Principal,
    next: (request: AwsRequest) => Answer,
  ): Promise<AwsResponse> {
    const answer = await next(request);
    if (answer.status !== 404 || !/^(Get|Head)Object$/.test(request.action)) return answer;
    const need = bucketListing(request);
    const decision = this.decide(who, need);
    return decision.outcome === 'allowed' ? answer : accessDenied(request, who, need, decision);
  }

  #candidatesFor(who: Principal, { action, resource }: Need): Candidates {
    let remembered = this.#remembered.get(who);
    if (remembered === undefined || remembered.size > MOST_REMEMBERED) {
      remembered = new Map();
      this.#remembered.set(who, remembered);
    }
    const key = `${action} ${resource}`;
    let candidates = remembered.get(key);
    if (candidates === undefined) {
      const covers = (rule: Rule) => rule.coversAction(action) && rule.coversResource(resource);
      const ofResource = this.#policyOf(resource).filter((rule) => covers(rule) && rule.names(who));
      candidates = { identity: who.rules.filter(covers), resource: ofResource };
      remembered.set(key, candidates);
    }
    return candidates;
  }

  /** A service by itself has no policies of its own: only those of resources can let it in. */
  #service(name: string): Principal {
    const known = this.#services.get(name) ?? { arn: name, name, rules: [] };
    this.#services.set(name, known);
    return known;
  }

  /** A bucket's policy is about its objects as well. */
  #policyOf(resource: string): readonly ResourceRule[] {
    const policies = this.#resourcePolicies;
    return policies.get(resource) ?? policies.get(resource.split('/', 1)[0] ?? '') ?? [];
  }
}
