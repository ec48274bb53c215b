import type { ConfinementLevel } from './confinement.ts';
import { attemptsOf } from './parent/command.ts';
import { insideOf, spawnConfined } from './parent/spawn.ts';

/**
 * For attacks: what code that broke out of V8 can do. It runs as the main script of a process that is confined as those for functions
 * are; what it sends with `process.send` is answered.
 */
export interface EscapedCode {
  readonly code: string;
  readonly level: ConfinementLevel;
  /** Without Node's permission model: a stand-in for code that is not JavaScript any more, and asks the system itself. */
  readonly isNative?: boolean;
  /** @default 5000 */
  readonly timeoutMs?: number;
}

export async function runEscaped({ code, level, isNative = false, timeoutMs = 5_000 }: EscapedCode): Promise<unknown[]> {
  const [best] = attemptsOf([level]);
  if (!best) throw new Error('There is no such level');
  const confine = { ...best, isNative };
  const spawned = spawnConfined(confine, ['--eval', code]);
  const messages: unknown[] = [];
  let said = '';
  spawned.on('message', (message) => messages.push(message));
  spawned.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const timer = setTimeout(() => end(), timeoutMs);
  const end = (): void => {
    try {
      process.kill(insideOf(spawned.pid ?? 0, confine), 'SIGKILL');
    } catch {
      spawned.kill('SIGKILL');
    }
  };
  await new Promise((resolve) => spawned.once('close', resolve));
  clearTimeout(timer);
  if (messages.length === 0) throw new Error(`The code said nothing: ${said.slice(-1_000)}`);
  return messages;
}
