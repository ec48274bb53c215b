import { createCommand } from '@takaro/contracts/modules/commands';
import { createHook } from '@takaro/contracts/modules/hooks';
import { installModule } from '@takaro/contracts/modules/installations';
import { createModule } from '@takaro/contracts/modules/modules';
import { type Community, openCommunity as openPlainCommunity } from '@takaro/testing/community';
import type { System } from './system.ts';

/** Answers in the game, with the item that was asked for. */
const PING = `import { data } from '@takaro/helpers';
await data.player.pm('pong ' + data.arguments.item);
`;

/** Does nothing but say which item it was. */
const NO_OP = `import { data } from '@takaro/helpers';
console.log('item ' + data.eventData.msg);
`;

interface CommandSource {
  readonly name: string;
  readonly code: string;
}

/** A module of its own with one command that takes an item, installed on the game server. */
export async function installCommand({ root, gameServerId }: Community, { name, code }: CommandSource): Promise<void> {
  const module = await root.call(createModule, { name });
  const versionId = module.latestVersion.id;
  const argument = { name: 'item', type: 'string', position: 0 } as const;
  await root.call(createCommand, { versionId, name, trigger: name, function: code, arguments: [argument] });
  await root.call(installModule, { versionId, gameServerId });
}

/** A domain with one simulated game server on which one module is installed. */
export async function openCommunity({ whole }: System, name: string, players: readonly string[]): Promise<Community> {
  await using opening = new AsyncDisposableStack();
  const community = opening.use(await openPlainCommunity(whole, name, players));
  const { root, gameServerId } = community;
  const module = await root.call(createModule, { name: 'bench' });
  const versionId = module.latestVersion.id;
  await root.call(createCommand, {
    versionId,
    name: 'ping',
    trigger: 'ping',
    function: PING,
    arguments: [{ name: 'item', type: 'string', position: 0 }],
  });
  await root.call(createHook, { versionId, name: 'noop', regex: '^item', eventType: 'player-death', function: NO_OP });
  await root.call(installModule, { versionId, gameServerId });
  opening.move();
  return community;
}
