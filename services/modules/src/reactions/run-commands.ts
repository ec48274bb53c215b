import { publishEvent } from '@takaro/bus';
import { bareEvent, type EventEnvelope } from '@takaro/contracts/event-envelope';
import { deriveId } from '@takaro/contracts/ids';
import { findPlayersByText } from '@takaro/contracts/players/internal';
import type { PlayerOnGameServerSnapshot, PlayerSnapshot } from '@takaro/contracts/players/shapes';
import { SETTINGS } from '@takaro/contracts/settings';
import { dispatch } from '../executions/dispatch.ts';
import { parseArguments } from '../matching/command-arguments.ts';
import { readCommandLine } from '../matching/command-line.ts';
import { nearestWord } from '../matching/nearest-word.ts';
import { denialMessage, missingPermissions } from '../matching/permissions.ts';
import type { InstalledCommand, TenantModules } from '../matching/tenant-modules.ts';
import { ask } from '../neighbours.ts';
import type { Parts } from '../parts.ts';
import { passGates } from './command-gates.ts';

/** A chat message that a player wrote. */
export interface Said {
  readonly domainId: string;
  readonly gameServerId: string;
  readonly causeId: string;
  readonly depth: number;
  readonly msg: string;
  /** `data.chatMessage` of functions. */
  readonly chatMessage: Readonly<Record<string, unknown>>;
  readonly occurredAt: string;
  readonly player: PlayerSnapshot;
  readonly pog: PlayerOnGameServerSnapshot;
}

/** What a chat message says, if a player said it. Messages of Takaro itself have no player and run no commands. */
export function saidIn({ id, domainId, gameServerId, depth, meta, occurredAt, player, pog }: EventEnvelope): Said | null {
  const msg = meta?.['msg'];
  if (!gameServerId || !player || !pog || typeof msg !== 'string') return null;
  const chatMessage = { timestamp: occurredAt, ...meta };
  return { domainId, gameServerId, causeId: id, depth, msg, chatMessage, occurredAt, player, pog };
}

/** Runs every command that the message names: several modules may share a trigger, and each answers for itself. */
export async function runCommands(parts: Parts, modules: TenantModules, said: Said): Promise<void> {
  const settings = await parts.neighbours.settingsOf(said.domainId, said.gameServerId);
  const { commandPrefix = SETTINGS.commandPrefix.defaultValue } = settings;
  const line = readCommandLine(said.msg, commandPrefix);
  if (!line) return;
  const commands = modules.commandsFor(said.gameServerId, line.trigger);
  if (commands.length === 0 && settings['unknownCommandFeedbackEnabled'] === 'true') {
    const suggestion = nearestWord(line.trigger, modules.wordsOn(said.gameServerId));
    const text = settings['unknownCommandFeedbackMessage'] ?? SETTINGS.unknownCommandFeedbackMessage.defaultValue;
    tell(parts, said, suggestion === null ? text : `${text} Did you mean ${commandPrefix}${suggestion}?`);
  }
  await Promise.all(commands.map((command) => runCommand(parts, command, said, line)));
}

type Line = NonNullable<ReturnType<typeof readCommandLine>>;

/** Permission and arguments are answered also where the command is not enabled, as the published behaviour has it. */
async function runCommand(parts: Parts, command: InstalledCommand, said: Said, { trigger, tokens }: Line): Promise<void> {
  const missing = missingPermissions(said.pog, command.requiredPermissions);
  if (missing.length > 0) return deny(parts, command, said, missing);
  const find = (text: string) => ask(parts.context.bus, said.domainId, findPlayersByText, { gameServerId: said.gameServerId, text });
  const parsed = await parseArguments(command.arguments, tokens, find);
  if ('problem' in parsed) return tell(parts, said, parsed.problem);
  if (!command.enabled) return;
  const gate = await passGates(parts, command, said);
  if ('problem' in gate) return tell(parts, said, gate.problem);
  const user = await parts.neighbours.userOf(said.domainId, said.player.id);
  const { domainId, causeId, depth, player, pog, chatMessage, occurredAt } = said;
  const data = { timestamp: occurredAt, arguments: parsed.values, chatMessage, trigger, ...(user && { user }) };
  const { cost, delayMs, announceDelay } = command;
  await dispatch(parts, command, { domainId, causeId, depth, data, player, pog }, { cost, delayMs, ...gate });
  if (delayMs > 0 && announceDelay) tell(parts, said, `Your command will be executed in ${delayMs / 1_000} seconds.`);
}

const tell = ({ messenger }: Parts, { domainId, depth, gameServerId, pog }: Said, message: string): void =>
  messenger.whisper({ domainId, depth, gameServerId, gameId: pog.gameId, message });

async function deny(parts: Parts, command: InstalledCommand, said: Said, missing: readonly string[]): Promise<void> {
  await publishEvent(
    parts.context.bus,
    bareEvent({
      id: deriveId('denied', said.causeId, command.installation.id, command.id),
      name: 'command-execution-denied',
      domainId: said.domainId,
      occurredAt: said.occurredAt,
      gameServerId: said.gameServerId,
      playerId: said.player.id,
      moduleId: command.installation.moduleId,
      meta: {
        command: { id: command.id, name: command.name, arguments: {} },
        missingPermissions: [...missing],
        timestamp: said.occurredAt,
      },
      depth: said.depth + 1,
      player: said.player,
      pog: said.pog,
    }),
  );
  tell(parts, said, denialMessage(missing));
}
