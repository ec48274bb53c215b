import { ALL_EVENTS } from '@takaro/contracts/all';
import { HOOK_EVENT_NAMES, STORED_EVENT_NAMES } from '@takaro/contracts/events/names';
import { expect, test } from 'vitest';

const RESULT = 'result.logs[].msg result.logs[].details result.success result.reason? result.tryAgainIn?';
const ROLE = 'role.id role.name';
const BAN = 'isGlobal takaroManaged';
const ITEMS = 'items[].name items[].code items[].amount items[].quality?';

/**
 * What the published API says that the meta of each event holds; `?`: where there is something to say. Ours may hold more, and each holds
 * the time as well.
 */
const PUBLISHED: Readonly<Record<string, string>> = {
  'role-assigned': ROLE,
  'role-removed': ROLE,
  'role-created': ROLE,
  'role-updated': ROLE,
  'role-deleted': ROLE,
  'command-executed': `${RESULT} command.id command.name command.arguments`,
  'command-execution-denied': 'command.id command.name command.arguments missingPermissions',
  'hook-executed': `${RESULT} hook.id hook.name`,
  'cronjob-executed': `${RESULT} cronjob.id cronjob.name`,
  'currency-added': 'amount',
  'currency-deducted': 'amount',
  'currency-reset-all': 'affectedPlayerCount',
  'settings-set': 'key value?',
  'player-new-ip-detected': 'country city longitude latitude ip',
  'player-new-name-detected': 'oldName? newName',
  'server-status-changed': 'status details?',
  'module-created': '',
  'module-updated': 'changeType? componentType? componentName? componentId? previousValue? newValue?',
  'module-deleted': '',
  'module-installed': 'userConfig systemConfig',
  'module-uninstalled': '',
  'player-created': '',
  'shop-listing-created': 'id',
  'shop-listing-updated': 'id',
  'shop-listing-deleted': 'id',
  'shop-order-created': `id listingName price amount totalPrice ${ITEMS}`,
  'shop-order-status-changed': 'id status',
  'shop-order-delivery-failed': `id error ${ITEMS}`,
  'player-linked': '',
  'gameserver-created': '',
  'gameserver-updated': '',
  'gameserver-deleted': '',
  'player-banned': `reason? until? ${BAN}`,
  'player-unbanned': BAN,
  'player-deleted': 'playerName?',
  // Who it was is not in the meta of these two.
  'player-connected': '',
  'player-disconnected': '',
  'chat-message': 'msg channel player.gameId player.name recipient.gameId',
  'player-death': 'player.gameId player.name attacker.gameId attacker.name position.x position.y position.z position.dimension? msg?',
  'entity-killed': 'player.gameId player.name entity weapon msg?',
  log: 'msg',
  'discord-message': 'msg author.id author.username author.displayName author.isBot author.isTakaroBot channel.id channel.name',
};

test('the names are those of the published API: forty that are stored, and two that hooks can wait for besides', () => {
  expect(STORED_EVENT_NAMES).toHaveLength(40);
  expect(new Set(HOOK_EVENT_NAMES)).toEqual(new Set(Object.keys(PUBLISHED)));
  const told = ALL_EVENTS.filter(({ stored }) => stored).map(({ name }) => name);
  expect(new Set(told)).toEqual(new Set(STORED_EVENT_NAMES));
  expect(told).toHaveLength(40);
});

test.for(Object.entries(PUBLISHED))('%s says what it is published to say', ([name, fields]) => {
  const contract = ALL_EVENTS.find((event) => event.name === name);

  const ours = [...fieldsOf(contract?.meta)];

  expect(ours).toEqual(expect.arrayContaining(fields.split(' ').filter(Boolean)));
  expect(ours.find((field) => field.startsWith('timestamp'))).toBe('timestamp?');
});

/** `name`, `name?` where it may be left out, `of.it`, `list[].of`. */
function* fieldsOf(schema: unknown, path = ''): Generator<string> {
  const [object] = choicesOf(schema).filter((choice) => propertyOf(choice, 'properties') !== undefined);
  const required: unknown = propertyOf(object, 'required');
  for (const [name, inner] of Object.entries(Object(propertyOf(object, 'properties')))) {
    const isRequired = Array.isArray(required) && required.includes(name);
    const items = choicesOf(inner).map((choice) => propertyOf(choice, 'items'));
    const nested = [...fieldsOf(inner, `${path}${name}.`), ...fieldsOf(items.find(Boolean), `${path}${name}[].`)];
    if (nested.length > 0) yield* nested;
    else yield `${path}${name}${isRequired ? '' : '?'}`;
  }
}

/** A schema, or those of which a value has one. */
const choicesOf = (schema: unknown): readonly unknown[] => {
  const choices = propertyOf(schema, 'anyOf');
  return Array.isArray(choices) ? choices : [schema];
};

const propertyOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
