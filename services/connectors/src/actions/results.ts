import type { ActionName } from '@takaro/contracts/gameservers/actions';
import type { KnownNames } from '../events/known-names.ts';
import { readPlayer, readPosition } from '../events/read-player.ts';
import { isObject, readFlag, readNumber, readText, withoutAbsent } from '../reading.ts';

type Read = (payload: unknown, known: KnownNames) => unknown;

/** Every element that can be read; not an array stays what it is, so that the validation refuses it. */
const each =
  (read: Read): Read =>
  (payload, known) =>
    Array.isArray(payload) ? payload.flatMap((element: unknown) => read(element, known) ?? []) : payload;

const done: Read = () => null;

const item: Read = (payload) => {
  if (!isObject(payload)) return undefined;
  const code = readText(payload['code']);
  if (code === undefined) return undefined;
  const { name, description, amount, quality } = payload;
  return withoutAbsent<string | number>({
    code,
    name: readText(name) ?? code,
    description: readText(description),
    amount: readNumber(amount),
    quality: readText(quality),
  });
};

const entity: Read = (payload) => {
  if (!isObject(payload)) return undefined;
  const code = readText(payload['code']);
  if (code === undefined) return undefined;
  const type = ['hostile', 'friendly', 'neutral'].find((known) => known === payload['type']);
  const metadata = isObject(payload['metadata']) ? payload['metadata'] : undefined;
  const description = readText(payload['description']);
  return withoutAbsent<unknown>({ code, name: readText(payload['name']) ?? code, description, type, metadata });
};

/** Some connectors list bans flat, without `player`. */
const ban: Read = (payload, known) => {
  if (!isObject(payload)) return undefined;
  const player = readPlayer(payload['player'] ?? payload, known);
  return withoutAbsent<unknown>({ player, reason: readText(payload['reason']) ?? '', expiresAt: readText(payload['expiresAt']) });
};

const reachability: Read = (payload) => {
  if (typeof payload === 'boolean') return { connectable: payload };
  if (!isObject(payload)) return payload;
  const { connectable, reason, latency } = payload;
  return withoutAbsent<unknown>({ connectable: readFlag(connectable), reason: readText(reason), latency: readNumber(latency) });
};

const consoleResult: Read = (payload) => {
  if (typeof payload === 'string') return { rawResult: payload, success: true };
  if (!isObject(payload)) return payload;
  const { rawResult, success, errorMessage } = payload;
  return withoutAbsent<unknown>({
    rawResult: readText(rawResult) ?? '',
    success: readFlag(success) ?? true,
    errorMessage: readText(errorMessage),
  });
};

/** Games that do not know where somebody is say nothing, or the origin. */
const location: Read = (payload) => {
  const position = readPosition(payload);
  if (position) return position.x === 0 && position.y === 0 && position.z === 0 ? null : position;
  return payload === null || payload === undefined ? null : payload;
};

const READERS: Readonly<Record<ActionName, Read>> = {
  testReachability: reachability,
  getPlayers: each((player, known) => readPlayer(player, known)),
  getPlayer: (payload, known) => readPlayer(payload, known) ?? null,
  getPlayerLocation: location,
  getPlayerInventory: each(item),
  giveItem: done,
  listItems: each(item),
  listEntities: each(entity),
  executeConsoleCommand: consoleResult,
  sendMessage: done,
  teleportPlayer: done,
  kickPlayer: done,
  banPlayer: done,
  unbanPlayer: done,
  listBans: each(ban),
  shutdown: done,
};

/** The result of an action in the shape of `ACTIONS`, as far as the payload can be read. */
export const resultOf = (action: ActionName, payload: unknown, known: KnownNames): unknown => READERS[action](payload, known);
