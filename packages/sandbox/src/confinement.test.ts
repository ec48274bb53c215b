import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Confinement, ConfinementLevel } from './confinement.ts';
import { openSandboxForTests, type SandboxForTests } from './testing.ts';

/** Whether this system lets us do what the level is made with. */
const canRun = (file: string, ...args: string[]): boolean => spawnSync(file, args, { stdio: 'ignore' }).status === 0;
const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
const CAN_SEAL = canRun('unshare', ...user, '--net', '--pid', '--mount', '--fork', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt');
const CAN_UNSHARE = canRun('unshare', ...user, '--net', '--pid', '--fork', 'true');
const CAN_STRIP = canRun('setpriv', '--no-new-privs', 'prlimit', '--core=0:0', 'true');
const BEST: ConfinementLevel = CAN_SEAL ? 'sealed' : CAN_UNSHARE ? 'offline' : CAN_STRIP ? 'stripped' : 'permission';

function confinementOf({ notices }: SandboxForTests): Confinement {
  const [notice] = notices.filter((one) => one.kind === 'confined');
  if (!notice) throw new Error('No process is up');
  return notice.confinement;
}

test('a process is confined as far as this system allows, and runs functions', async () => {
  await using box = await openSandboxForTests();

  expect(await box.run('1')).toMatchObject({ success: true });
  const { level, files, processes, environment } = confinementOf(box);
  expect({ level, files, processes, environment }).toEqual({ level: BEST, files: 'own code', processes: 'refused', environment: [] });
});

test.each<[ConfinementLevel, boolean, Partial<Confinement>]>([
  ['sealed', CAN_SEAL, { network: 'none', privileges: 'none', namespaces: expect.arrayContaining(['net', 'pid', 'mnt']) }],
  ['offline', CAN_UNSHARE, { network: 'none', privileges: 'none', namespaces: expect.arrayContaining(['net', 'pid']) }],
  ['stripped', CAN_STRIP, { privileges: 'none' }],
  ['permission', true, { files: 'own code', processes: 'refused' }],
  ['none', true, { environment: [] }],
])('what the level %s promises holds, and is replaced by the same', async (level, isPossible, expected) => {
  if (!isPossible) return;
  await using box = await openSandboxForTests({ confinement: { strongest: level, weakest: level } });
  await box.run('1');
  const [pid] = box.sandbox.pids();
  process.kill(pid!, 'SIGKILL');
  await expect.poll(() => box.sandbox.pids().filter((one) => one !== pid), { timeout: 60_000 }).toHaveLength(1);

  expect(await box.run('1')).toMatchObject({ success: true });
  const confined = box.notices.filter((one) => one.kind === 'confined').map(({ confinement }) => confinement);
  expect(confined).toHaveLength(2);
  for (const one of confined) expect(one).toMatchObject({ level, ...expected });
});

test('a root gives every process a user of its own', async () => {
  // Sealed, since only so it reads code below a folder that is closed to others.
  if (process.getuid?.() !== 0 || !CAN_SEAL) return;
  await using box = await openSandboxForTests({ confinement: { weakest: 'sealed' } });
  await box.run('1');
  expect(confinementOf(box).user).toBeGreaterThan(0);
});

test('what burns in a process takes no processor from the services, whatever group Linux puts them in', async () => {
  // A kernel that does not group by session goes by the niceness of the process.
  if (!existsSync('/proc/self/autogroup')) return;
  await using box = await openSandboxForTests();
  await box.run('1');
  const [pid] = box.sandbox.pids();
  const groupOf = (of: number | string): { name: string; nice: number } => {
    const [name = '', , nice = ''] = readFileSync(`/proc/${of}/autogroup`, 'utf8').trim().split(' ');
    return { name, nice: Number(nice) };
  };

  await expect.poll(() => groupOf(pid!).nice).toBe(5);
  expect(groupOf(pid!).name).not.toBe(groupOf('self').name);
});

/** Runs a script in a place where nobody may make namespaces. Answers its lines. */
function runWithoutNamespaces(script: string): string[] {
  const whole = `const { openSandboxForTests } = await import(${JSON.stringify(new URL('testing.ts', import.meta.url))}); ${script}`;
  const refuse = 'echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --bounding-set=-sys_admin -- "$@"';
  const node = [process.execPath, '--input-type=module', '--eval', whole];
  const said = execFileSync('unshare', ['--map-root-user', '--', 'sh', '-ec', refuse, 'sh', ...node], {
    encoding: 'utf8',
    timeout: 25_000,
  });
  return said.trim().split('\n');
}

test('where namespaces are refused, the next weaker level is taken, and told', () => {
  if (!CAN_SEAL || !CAN_STRIP) return;
  const said = runWithoutNamespaces(`
    const box = await openSandboxForTests();
    console.log((await box.run('1')).success);
    for (const { kind, level, confinement } of box.notices) console.log(kind, level ?? confinement.level);
    await box[Symbol.asyncDispose]();`);

  expect(said[0]).toBe('true');
  expect(said).toEqual(expect.arrayContaining(['confinement-refused sealed', 'confinement-refused offline']));
  expect(said.at(-1)).toBe('confined stripped');
});

test('where less is not allowed, no process starts', () => {
  if (!CAN_SEAL) return;
  const said = runWithoutNamespaces(`
    const onNotice = ({ kind }) => { if (kind !== 'confinement-refused') { console.log(kind); process.exit(); } };
    await openSandboxForTests({ confinement: { weakest: 'offline' }, onNotice });`);

  expect(said).toEqual(['start-failed']);
});
