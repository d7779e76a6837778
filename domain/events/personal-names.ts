import type { PlanSettings } from './plan-settings.ts';

/**
 * Whether values under this path of names are a person's own: `a.b` is `b` within `a`, `a[]` stands for the elements of
 * a list. A path is personal if any of its names is.
 */
export type IsPersonal = (path: string) => boolean;

/** Personal under exactly this name; `name` alone is one, `product_name` is not. */
const PERSONAL_NAMES = new Set([
  ...['id', 'userid', 'anonymousid', 'previousid', 'name', 'first', 'last', 'middlename', 'nickname', 'fname', 'lname'],
  ...['customer', 'recipient', 'sender', 'attendee', 'passenger', 'patient', 'cardholder', 'mobile', 'tel', 'avatar'],
  ...['street', 'addressline1', 'addressline2', 'line1', 'line2', 'postcode', 'zip', 'lat', 'lng', 'lon', 'ip'],
  ...['dob', 'birthdate', 'card', 'cvc', 'cvv', 'pin', 'bic', 'auth', 'authorization', 'advertisingid', 'idfa'],
]);

/** Personal however the name begins: `customerEmail`, `billing_address`, `pushToken`. */
const PERSONAL_ENDINGS = [
  ...['email', 'phone', 'phonenumber', 'password', 'token', 'secret', 'apikey', 'address', 'postalcode', 'zipcode'],
  ...['firstname', 'lastname', 'fullname', 'givenname', 'familyname', 'surname', 'username', 'displayname'],
  ...['customername', 'recipientname', 'contactname', 'buyername', 'ownername', 'sendername', 'cardholdername'],
  ...['birthday', 'dateofbirth', 'latitude', 'longitude'],
  ...['iban', 'ssn', 'cardnumber', 'creditcard', 'accountnumber'],
];

/** No property of anybody is called like this: it is data in the place of a name. */
const LONGEST_PATH = 200;

/** The built-in names and those a project has marked, in any case and with or without `_`, `-` and spaces. */
export function personalNames({ personal }: Pick<PlanSettings, 'personal'>): IsPersonal {
  const marked = new Set(personal.map(plain));
  const isPart = (part: string) =>
    PERSONAL_NAMES.has(part) || marked.has(part) || PERSONAL_ENDINGS.some((ending) => part.endsWith(ending));
  return (path) => {
    if (path.length > LONGEST_PATH) return true;
    const wanted = plain(path);
    return marked.has(wanted) || wanted.split('.').some(isPart);
  };
}

/** A list and its elements are one to whoever marks a name. */
const plain = (name: string) => name.toLowerCase().replace(/[\s_-]|\[\]/g, '');
