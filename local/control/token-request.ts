import { isJsonObject } from '../../domain/json.ts';
import { type Holder, ROLES } from '../cloud/local-issuer.ts';

const USE = `Send {"role":"viewer","subject":"bea"}; roles are ${ROLES.join(', ')}, the subject is who she is to the audit.`;

/** Whom somebody wants to be on the laptop, or what is wrong with it. */
export function holderOf(body: unknown): Holder | string {
  if (!isJsonObject(body)) return USE;
  const { role: wished, subject, ...others } = body;
  const role = ROLES.find((one) => one === wished);
  if (role === undefined || typeof subject !== 'string' || !/^[\w.@+-]{1,100}$/.test(subject)) return USE;
  return Object.keys(others).length > 0 ? USE : { role, subject };
}
