import { CONTRACT_FILES } from './all.ts';
import * as gameserversShapes from './gameservers/shapes.ts';
import * as modulesShapes from './modules/shapes.ts';
import * as playersShapes from './players/shapes.ts';
import { Empty } from './shapes.ts';
import * as tenancyRoleShapes from './tenancy/role-shapes.ts';
import * as tenancyShapes from './tenancy/shapes.ts';
import * as shopShapes from './unavailable/shop-shapes.ts';

/** Where the published API calls a shape by another name than we do. */
const PUBLISHED: Readonly<Record<string, string>> = {
  AddressSeen: 'IpHistoryOutput',
  GamePlayer: 'IGamePlayer',
  GameServerTypeOutput: 'GameServerTypesOutput',
  ItemInInventory: 'IItem',
  ItemOutput: 'ItemsOutput',
  NameSeen: 'NameHistoryOutput',
  PlayerOnGameServerOutput: 'PlayerOnGameserverOutput',
  PlayerOnGameServerSnapshot: 'PlayerOnGameserverOutputWithRoles',
  PlayerWithHistory: 'PlayerOutputWithRoles',
  Position: 'IPosition',
  RoleOfPlayer: 'PlayerRoleAssignmentOutput',
};

const SHAPE_FILES = [gameserversShapes, modulesShapes, playersShapes, tenancyRoleShapes, tenancyShapes, shopShapes, { Empty }];

const isShape = (value: unknown): value is object => typeof value === 'object' && value !== null && 'properties' in value;

/** Shapes are found by what they say: a schema that is built into another one may be a copy. */
const keyOf = (schema: unknown): string => JSON.stringify(schema);

const NAMES: ReadonlyMap<string, string> = new Map(
  [...CONTRACT_FILES, ...SHAPE_FILES]
    .flatMap((file) => Object.entries(file))
    .filter(([, value]) => isShape(value))
    .map(([name, value]) => [keyOf(value), PUBLISHED[name] ?? name]),
);

/** The published name of a shape: that under which a contract file exports it. Undefined for what has none. */
export const nameOfShape = (schema: unknown): string | undefined => (isShape(schema) ? NAMES.get(keyOf(schema)) : undefined);
