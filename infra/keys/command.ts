import { SERVICE_NAMES, type ServiceName, TABLE_SERVICES } from '@takaro/contracts/services';
import { Problem } from '../local/problem.ts';
import { type UserName, USERS } from '../nats/accounts.ts';

/** What can be rotated, and of whom there is one. */
export const SUBJECTS = {
  'bus-credentials': USERS,
  'signing-keys': SERVICE_NAMES,
  'database-password': TABLE_SERVICES,
  'secrets-key': null,
} as const satisfies Record<string, readonly string[] | null>;

export type Command =
  | { readonly act: 'list' }
  | { readonly act: 'rotate' | 'retire'; readonly what: 'bus-credentials'; readonly of: readonly UserName[] }
  | { readonly act: 'rotate' | 'retire'; readonly what: 'signing-keys' | 'database-password'; readonly of: readonly ServiceName[] }
  | { readonly act: 'rotate' | 'retire'; readonly what: 'secrets-key' };

export const KEYS_HELP = [
  'npm run keys -- list                               what there is, without a secret',
  'npm run keys -- rotate <what> [<service> | all]    a new one beside the old: both are good',
  'npm run keys -- retire <what> [<service> | all]    the old ones are refused from now on',
  '',
  '  bus-credentials <service>      how a service (or setup) connects to NATS',
  '  signing-keys <service>         what a service signs tokens with',
  '  database-password <service>    of its PostgreSQL role; the old one is refused at once, retire ends open connections',
  '  secrets-key                    what seals connection details of game servers; retire waits until all are sealed anew',
  '',
  '  --data DIR, --database-url URL, --nats-url URL as for npm start; a running npm start is found by its data folder',
  '  --now                          retire signing keys although tokens that they signed are still on their way',
].join('\n');

const isIn = <Name extends string>(names: readonly Name[], text: string): text is Name => names.some((name) => name === text);

function namesOf<Name extends string>(names: readonly Name[], what: string, of: string | undefined): readonly Name[] {
  if (of === 'all') return names;
  if (of !== undefined && isIn(names, of)) return [of];
  throw new Problem(`${what} of whom? One of ${names.join(', ')}, or all.`);
}

/** @throws Problem */
export function readCommand([act = 'list', what = '', of, ...rest]: readonly string[]): Command {
  if (rest.length > 0) throw new Problem(`"${rest.join(' ')}" is too much: npm run keys -- --help tells the commands.`);
  if (act === 'list') return { act };
  if (act !== 'rotate' && act !== 'retire') throw new Problem(`There is no command "${act}": npm run keys -- --help tells them.`);
  switch (what) {
    case 'bus-credentials':
      return { act, what, of: namesOf(SUBJECTS[what], what, of) };
    case 'signing-keys':
    case 'database-password':
      return { act, what, of: namesOf(SUBJECTS[what], what, of) };
    case 'secrets-key':
      return { act, what };
    default:
      throw new Problem(`There is no "${what}" to ${act}: one of ${Object.keys(SUBJECTS).join(', ')}.`);
  }
}
