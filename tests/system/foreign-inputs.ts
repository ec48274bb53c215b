import type { AnyRequest } from '@takaro/contracts/contract';
import { idInputs } from '../refusals/id-inputs.ts';
import type { Ids, Kind } from './furnished.ts';

/** Which kind of thing a property of an input names, whatever the operation. */
const KINDS: Readonly<Record<string, Kind>> = {
  gameServerId: 'gameServer',
  gameserverId: 'gameServer',
  playerId: 'player',
  moduleId: 'module',
  actingModuleId: 'module',
  versionId: 'version',
  installationId: 'installation',
  functionId: 'function',
  componentId: 'command',
  commandId: 'command',
  command: 'command',
  hook: 'hook',
  cronJob: 'cronJob',
  cronjobId: 'cronJob',
  assignmentId: 'assignment',
  causeId: 'event',
  roleId: 'role',
  userId: 'user',
  actingUserId: 'user',
};

/** What stands in `:id` of a route, by the first part of its path that is no other thing's. */
const OF_PATHS: readonly (readonly [string, Kind])[] = [
  ['/api-token/', 'apiToken'],
  ['/command/argument/', 'argument'],
  ['/command/:id/trigger', 'gameServer'],
  ['/command/', 'command'],
  ['/hook/', 'hook'],
  ['/cronjob/', 'cronJob'],
  ['/function/assignment/', 'assignment'],
  ['/function/', 'function'],
  ['/module/version/', 'version'],
  ['/module/', 'module'],
  ['/gameserver/', 'gameServer'],
  ['/player/ban/', 'ban'],
  ['/player/', 'player'],
  ['/items/', 'item'],
  ['/entities/', 'entity'],
  ['/variables/', 'variable'],
  ['/execution/', 'execution'],
  ['/event/', 'event'],
  ['/role/', 'role'],
  ['/user/', 'user'],
];

const kindOf = ({ rest }: AnyRequest, property: string): Kind | undefined =>
  property === 'id' ? OF_PATHS.find(([start]) => rest?.path.startsWith(start))?.[1] : KINDS[property];

export interface ForeignInput {
  /** Where the id stands. */
  readonly place: string;
  /** The kinds of things whose ids are tried there. */
  readonly kinds: readonly Kind[];
  /** With this id there, and in the other places ids of things that are the caller's own. */
  readonly of: (id: string) => Record<string, unknown>;
}

/** Inputs of an operation that are the caller's own but for one id. In `:id` things of every kind are tried, else those that belong. */
export function foreignInputs(contract: AnyRequest, own: Ids): ForeignInput[] {
  return idInputs(contract).map(({ place, of }) => {
    const property = place.split('.').at(-1) ?? place;
    const kind = kindOf(contract, property);
    const all = Object.keys(own) as Kind[];
    return {
      place,
      kinds: property === 'id' || kind === undefined ? all : [kind],
      of: (id) => {
        const input = of(id, '') as Record<string, unknown>;
        const others = Object.keys(input).filter((name) => name !== place);
        const ours = others.flatMap((name): [string, string][] => {
          const ownKind = kindOf(contract, name);
          return ownKind === undefined ? [] : [[name, own[ownKind]]];
        });
        return { ...input, ...Object.fromEntries(ours) };
      },
    };
  });
}
