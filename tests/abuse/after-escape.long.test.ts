/* oxlint-disable max-lines -- the native code of the attacks stands beside what it must not reach */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runEscaped } from '@takaro/sandbox/escaped';
import { openSandboxForTests } from '@takaro/sandbox/testing';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { type AttackVerdict, attackTest } from './attack.ts';
import { listen } from './listener.ts';
import { ELSEWHERE, HERE, isAskable } from './vectors.ts';

const root = process.getuid?.() === 0 ? [] : ['--map-root-user'];
/** Where the system refuses namespaces, what rests on them cannot be had; a test of the sandbox says which level is. */
const CAN_SEAL =
  spawnSync('unshare', [...root, '--net', '--pid', '--mount', '--fork', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    .status === 0;

const ROOT = join(import.meta.dirname, '..', '..');
let folder: string;
let server: Server;
let port: number;
let connections = 0;

beforeAll(async () => {
  // Open to everybody, so that no refusal is owed to the rights of files.
  folder = await mkdtemp(join(tmpdir(), 'takaro-abuse-'));
  spawnSync('chmod', ['777', folder]);
  server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.end('reached');
  });
  await once(server.listen({ port: 0, host: '::' }), 'listening');
  port = Object(server.address()).port;
});
afterAll(async () => {
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Code that answers what it got, or throws. It may use `fs`, `net`, … as Node names them. */
const codeOf = (attempt: string): string => `
  const load = (name) => process.getBuiltinModule(name);
  const talk = (where, hello, most = 1500) => new Promise((resolve, reject) => {
    const socket = load('net').connect(where, () => hello && socket.write(hello));
    socket.on('data', (data) => resolve(data.toString('latin1').slice(0, 40)));
    socket.on('error', reject);
    setTimeout(() => reject(new Error('no answer')), most);
  });
  (async () => { ${attempt} })().then(
    (got) => process.send({ got: String(got) }, () => process.exit()),
    (error) => process.send({ refused: String(error.code ?? error.message) }, () => process.exit()));`;

type Place = Pick<Parameters<typeof runEscaped>[0], 'level' | 'isNative'>;

async function attempt(place: Place, code: string): Promise<AttackVerdict> {
  const [message] = await runEscaped({ ...place, code: codeOf(code), timeoutMs: 20_000 });
  const { got, refused } = Object(message);
  return got === undefined ? { harmed: false, seen: String(refused) } : { harmed: true, seen: String(got).split('\n')[0] ?? '' };
}

/** The same, and the effect is looked at from outside. */
async function attemptWith(place: Place, code: string, hasHappened: () => boolean): Promise<AttackVerdict> {
  const { seen } = await attempt(place, code);
  return { harmed: hasHappened(), seen };
}

interface Try {
  readonly attack: string;
  readonly tried: string;
  readonly attempt: (place: Place) => Promise<AttackVerdict>;
  /** Refused by Node alone: an operating system that runs the code must let it. */
  readonly isOfNode?: boolean;
}

const simple = (attack: string, tried: string, code: () => string, isOfNode = false): Try => ({
  attack,
  tried,
  attempt: (place) => attempt(place, code()),
  isOfNode,
});

/** Somebody else's process of the same user, with a secret in its environment. */
async function withVictim(work: (pid: number, isAlive: () => boolean) => Promise<AttackVerdict>): Promise<AttackVerdict> {
  const victim = spawn('sleep', ['60'], { env: { SECRET: 'of the supervisor' }, stdio: 'ignore' });
  const exited = once(victim, 'exit');
  try {
    return await work(victim.pid ?? 0, () => victim.signalCode === null);
  } finally {
    victim.kill('SIGKILL');
    await exited;
  }
}

const urls = inject('servers');
const placeOf = (url: string): string => `{ host: '127.0.0.1', port: ${new URL(url).port} }`;

const TRIES: readonly Try[] = [
  simple('reads /etc/passwd', 'fs.readFileSync', () => `return load('fs').readFileSync('/etc/passwd', 'utf8');`),
  simple('reads the code of Takaro', 'package.json of the root', () => `return load('fs').readFileSync('${ROOT}/package.json', 'utf8');`),
  simple('looks round in the file system', 'fs.readdirSync', () => `return load('fs').readdirSync('${folder}').join() || 'empty';`),
  {
    attack: 'reads the environment of another process',
    tried: '/proc/<pid>/environ',
    attempt: (place) =>
      withVictim((pid) => attempt(place, `return load('fs').readFileSync('/proc/${pid}/environ', 'utf8').replaceAll('\\0', ' ');`)),
  },
  {
    attack: 'writes a file',
    tried: 'fs.writeFileSync',
    attempt: async (place) => {
      const file = join(folder, `written-${place.level}-${place.isNative}`);
      return attemptWith(place, `load('fs').writeFileSync('${file}', 'x'); return 'written';`, () => existsSync(file));
    },
  },
  {
    attack: 'plants code where the next process reads its own',
    tried: 'a file in packages/sandbox',
    attempt: async (place) => {
      const file = join(ROOT, 'packages', 'sandbox', `planted-${process.pid}`);
      try {
        return await attemptWith(place, `load('fs').writeFileSync('${file}', 'x'); return 'planted';`, () => existsSync(file));
      } finally {
        await rm(file, { force: true });
      }
    },
  },
  simple('starts a program', 'child_process', () => `return load('child_process').execFileSync('/bin/sh', ['-c', 'echo started']);`),
  simple(
    'starts a thread',
    'worker_threads',
    () => `const { Worker } = load('worker_threads');
      return new Promise((resolve, reject) => {
        new Worker("require('worker_threads').parentPort.postMessage('a thread')", { eval: true }).on('message', resolve).on('error', reject);
      });`,
    true,
  ),
  simple(
    'opens a debugger',
    'inspector.open',
    () =>
      `load('inspector').open(0, '127.0.0.1'); return load('inspector').url() ? 'a debugger listens' : Promise.reject(new Error('none'));`,
    true,
  ),
  {
    attack: 'kills its supervisor',
    tried: 'process.kill of a process of the same user',
    attempt: (place) =>
      withVictim(async (pid, isAlive) => {
        const { seen } = await attempt(place, `process.kill(${pid}, 'SIGKILL'); return 'killed';`);
        await new Promise((resolve) => setTimeout(resolve, 50));
        return { harmed: !isAlive(), seen };
      }),
  },
  {
    attack: 'connects to a server on the loopback',
    tried: '127.0.0.1 and ::1',
    attempt: async (place) => {
      const before = connections;
      const code = `return Promise.any(['127.0.0.1', '::1'].map((host) => talk({ host, port: ${port} })));`;
      return attemptWith(place, code, () => connections > before);
    },
  },
  simple('talks to nats-server', 'TCP to its port', () => `return talk(${placeOf(urls.natsUrl)});`),
  simple(
    'talks to PostgreSQL',
    'TCP to its port',
    () => `return talk(${placeOf(urls.postgresUrl)}, Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));`,
  ),
  {
    attack: 'talks to a socket in the file system',
    tried: 'net.connect(path)',
    attempt: async (place) => {
      const path = join(folder, `socket-${place.level}-${place.isNative}`);
      const listener = createServer((socket) => socket.on('error', () => undefined).end('reached')).listen({ path, writableAll: true });
      await once(listener, 'listening');
      try {
        return await attempt(place, `return talk({ path: '${path}' });`);
      } finally {
        listener.close();
      }
    },
  },
  {
    attack: 'talks to an abstract socket',
    tried: 'net.connect of a name',
    attempt: async (place) => {
      const path = `\0takaro-abuse-${process.pid}`;
      const listener = createServer((socket) => socket.on('error', () => undefined).end('reached')).listen({ path });
      await once(listener, 'listening');
      try {
        return await attempt(place, `return talk({ path: '\\0takaro-abuse-${process.pid}' });`);
      } finally {
        listener.close();
      }
    },
  },
];

describe.skipIf(!CAN_SEAL)('code that broke out of V8', () => {
  for (const { attack, tried, attempt: run, isOfNode } of TRIES) {
    const control = { without: 'all confinement', attempt: () => run({ level: 'none' }) };
    attackTest({
      row: 45,
      attack: `escaped code ${attack}`,
      tried,
      refusedBy: 'permission model, namespaces, an empty root',
      guarded: () => run({ level: 'sealed' }),
      control,
    });
    if (isOfNode) continue;
    attackTest({
      row: 45,
      attack: `escaped native code ${attack}`,
      tried,
      refusedBy: 'the kernel: namespaces, an empty root, no privileges',
      guarded: () => run({ level: 'sealed', isNative: true }),
      control,
    });
  }

  const vectors = [...HERE, ...ELSEWHERE].flatMap((host) => ['http', 'ws'].map((scheme) => ({ scheme, host })));
  /** Each names itself by its path. */
  const reachAll = (ownPort: number): string => `
    const urls = ${JSON.stringify(vectors.map(({ scheme, host }, at) => `${scheme}://${host}:${ownPort}/${at}`))};
    const ask = (url) => url.startsWith('ws')
      ? new Promise((resolve, reject) => { const socket = new WebSocket(url); socket.onerror = reject; socket.onclose = reject; })
      : fetch(url, { signal: AbortSignal.timeout(8000) });
    const late = new Promise((resolve) => setTimeout(resolve, 9000));
    await Promise.race([late, Promise.allSettled(urls.map(async (url) => ask(url)))]);
    return urls.length + ' vectors';`;
  for (const isNative of [false, true]) {
    attackTest(
      {
        row: 43,
        attack: `escaped ${isNative ? 'native ' : ''}code forges requests of the server`,
        tried: `${vectors.length} addresses by fetch and WebSocket`,
        refusedBy: 'a network namespace with no interface up',
        ...bothHalves(isNative),
      },
      60_000,
    );
  }

  /** Without the guard each vector that leads here has to arrive: one that does not would prove nothing. */
  function bothHalves(isNative: boolean) {
    const expected = vectors.flatMap(({ scheme, host }, at) =>
      (HERE as readonly string[]).includes(host) && isAskable(scheme, host) ? [`/${at}`] : [],
    );
    const visit = async (place: Place): Promise<{ reached: number; missing: string[] }> => {
      await using visited = await listen();
      await attempt(place, reachAll(visited.port));
      const missing = expected.filter((path) => !visited.paths.has(path)).map((path) => vectors[Number(path.slice(1))]?.host ?? path);
      return { reached: visited.connections(), missing };
    };
    return {
      guarded: async (): Promise<AttackVerdict> => {
        const { reached } = await visit({ level: 'sealed', isNative });
        return { harmed: reached > 0, seen: `${reached} connections` };
      },
      control: {
        without: 'it',
        attempt: async (): Promise<AttackVerdict> => {
          const { missing } = await visit({ level: 'none' });
          const seen = `${expected.length - missing.length} of ${expected.length} arrived`;
          return { harmed: missing.length === 0, seen: missing.length === 0 ? seen : `${seen}, not ${missing.join(', ')}` };
        },
      },
    };
  }
});

describe.skipIf(!CAN_SEAL)('limits of a process', () => {
  attackTest({
    row: 45,
    attack: 'escaped native code fills the disk',
    tried: 'a write to an open folder',
    refusedBy: 'a limit on the size of files',
    guarded: () => fill('stripped'),
    control: { without: 'it', attempt: () => fill('none') },
  });
  attackTest({
    row: 45,
    attack: 'escaped native code uses up descriptors',
    tried: '2,000 open files',
    refusedBy: 'a limit on descriptors',
    guarded: () => hoard('stripped'),
    control: { without: 'it', attempt: () => hoard('none') },
  });

  async function fill(level: 'stripped' | 'none'): Promise<AttackVerdict> {
    const file = join(folder, `filled-${level}`);
    const code = `process.on('SIGXFSZ', () => 0); load('fs').writeFileSync('${file}', 'x'.repeat(1e6)); return 'a megabyte written';`;
    return attempt({ level, isNative: true }, code);
  }

  async function hoard(level: 'stripped' | 'none'): Promise<AttackVerdict> {
    return attempt(
      { level, isNative: true },
      `for (let at = 0; at < 2000; at += 1) load('fs').openSync('/dev/null'); return '2,000 descriptors';`,
    );
  }
});

test('the process for functions is the one that was attacked', async ({ expect }) => {
  await using box = await openSandboxForTests();
  await box.run('1');
  const [notice] = box.notices.filter((one) => one.kind === 'confined');
  if (CAN_SEAL) expect(notice?.confinement.level).toBe('sealed');
});
