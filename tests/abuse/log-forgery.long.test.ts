import { type Community, openCommunity } from '@takaro/testing/community';
import { startSystem, type System } from '@takaro/testing/system';
import { afterAll, beforeAll, vi } from 'vitest';
import { type AttackVerdict, attackTest } from './attack.ts';
import { PATIENT, runIn } from './run-in.ts';

let system: System;
let home: Community;
/** Of all services. */
const lines: string[] = [];

beforeAll(async () => {
  system = await startSystem({ log: (_name, line) => lines.push(line) });
  home = await openCommunity(system, 'home', ['Alice']);
}, 240_000);
afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

const FORGED = JSON.stringify({ level: 60, time: 1, msg: 'a forged line' });
const ESCAPE = '\u001b[2J';

/** Code whose lines and errors carry line breaks, control characters and a line as the log has them: none of it is for the log of services. */
const injecting = [
  `throw new Error(${JSON.stringify(`x\n${FORGED}\n${ESCAPE}`)});`,
  `console.log(${JSON.stringify(`x\r\n${FORGED}\n${ESCAPE}`)}); import(${JSON.stringify(`x\n${FORGED}`)}).catch(() => 0);`,
];
/** Code that does not compile. The reason names what it imports, and the runner logs the reason. */
const refused = `import x from ${JSON.stringify(`x\n${FORGED}\n${ESCAPE}`)}; x();`;
const forgedIn = (all: readonly string[]): AttackVerdict => {
  const forged = all.filter((line) => line.startsWith(FORGED) || line.includes(ESCAPE));
  return { harmed: forged.length > 0, seen: `${forged.length} of ${all.length} lines` };
};

const fieldsOf = (line: string): Record<string, unknown> => {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {};
  }
};

/** Runs all of that, and answers the lines that services wrote meanwhile, with the one that has the reason. */
async function logOfInjecting(): Promise<{ all: readonly string[]; withReason: Record<string, unknown> }> {
  const from = lines.length;
  const executions = await runIn(home, [...injecting, refused]);
  const reason = executions.at(-1)?.reason ?? '';
  if (!forgedIn(reason.split('\n')).harmed) throw new Error(`The reason carries nothing: ${reason}`);
  const find = (): string | undefined => lines.slice(from).find((line) => fieldsOf(line)['reason'] === reason);
  const found = await vi.waitUntil(find, PATIENT);
  return { all: lines.slice(from), withReason: fieldsOf(found) };
}

attackTest(
  {
    row: 40,
    attack: 'a function forges lines of the log',
    tried: 'line breaks, control characters, JSON in errors, lines and reasons',
    refusedBy: 'a log that is written as JSON',
    guarded: async () => forgedIn((await logOfInjecting()).all),
    control: {
      without: 'it: the same line as text',
      attempt: async () => {
        const { withReason } = await logOfInjecting();
        const written = Object.entries(withReason).map(([name, value]) => `${name}=${String(value)}`);
        return forgedIn(written.join(' ').split('\n'));
      },
    },
  },
  180_000,
);
