import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { keepStreams } from '../nats/keeper.ts';
import { authorityOf } from './authority.ts';
import { bundleServices } from './bundle.ts';
import { controlPortAfter, type Demo, startDemo } from './demo.ts';
import { openDataFolder, writeSecret } from './files.ts';
import { claimFolder } from './instance.ts';
import { formatLine } from './log-line.ts';
import type { Options } from './options.ts';
import { requirePort } from './ports.ts';
import { placesIn, prepareFoundations } from './prepare.ts';
import { Problem } from './problem.ts';
import { untilHealthy } from './ready.ts';
import { restartNats, startServers } from './servers.ts';
import { portsOfCopy, startServices } from './supervisor.ts';
import { welcome } from './welcome.ts';

export interface StartOptions {
  readonly options: Options;
  /** Ends everything in order. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

const READY_MS = 120_000;
/** What an instance that was killed left behind ends by itself within this time. */
const LINGER_MS = 20_000;

const requirePorts = async ({ host, copies, ...ports }: Options, patienceMs: number): Promise<void> => {
  const wanted = Array.from({ length: copies }, (_, copy) => portsOfCopy(ports, copy)).flatMap(
    ({ port, connectorsPort }) =>
      [
        [port, { host, purpose: 'the API', option: '--port' }],
        [connectorsPort, { host, purpose: 'the WebSocket of game servers', option: '--connectors-port' }],
      ] as const,
  );
  if (new Set(wanted.map(([number]) => number)).size < wanted.length)
    throw new Problem('--port and --connectors-port are the same, or meet in a copy: choose another one.');
  const deadline = Date.now() + patienceMs;
  for (const [number, why] of wanted) {
    for (;;) {
      try {
        await requirePort(number, why);
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(200);
      }
    }
  }
};

const until = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const withDemo = async ({ options, signal, print }: StartOptions, apiUrl: string): Promise<Demo> => {
  const places = placesIn(options.data);
  return startDemo({
    apiUrl,
    connectorsUrl: `ws://${authorityOf(options.host, options.connectorsPort)}`,
    adminSecret: (await readFile(places.adminSecret, 'utf8')).trim(),
    stateFile: places.demo,
    passwordFile: places.demoPassword,
    controlPort: await controlPortAfter(options.connectorsPort),
    log: (line) => print(line.startsWith('demo: ') ? line : formatLine('game', line, new Date())),
    signal,
  });
};

/** The whole of Takaro, until the signal comes: servers, services, demo; ended in reverse. @throws Problem */
export const start = async ({ options, signal, print }: StartOptions): Promise<void> => {
  const began = Date.now();
  const log = (name: string, line: string): void => print(formatLine(name, line, new Date()));
  await using running = new AsyncDisposableStack();

  await openDataFolder(options.data);
  const instance = running.use(await claimFolder(options.data));
  await requirePorts(options, instance.tookOver ? LINGER_MS : 0);
  const servers = running.use(await startServers({ options, takeOver: instance.tookOver, log }));
  const { adminUrl, natsUrl, nats } = servers;
  const { running: runningFile } = placesIn(options.data);
  await writeSecret(runningFile, `${JSON.stringify({ adminUrl, natsUrl })}\n`);
  running.defer(() => rm(runningFile, { force: true }));
  if (signal.aborted) return;

  const say = (line: string): void => log('takaro', line);
  const { data, adminSecret, host, port, connectorsPort } = options;
  const { cache } = placesIn(data);
  const [foundations, bundles] = await Promise.all([
    prepareFoundations({ data, adminUrl, natsUrl, nats, adminSecret, log: say }),
    // Ctrl-C ends the bundler, too.
    bundleServices(join(cache, 'bundles')).catch((error: unknown) => signal.aborted || Promise.reject(error)),
  ]);
  if (signal.aborted || bundles === true) return;

  const { setupCredentials } = nats;
  running.use(await keepStreams({ url: natsUrl, setupCredentials, log: (line) => log('nats', line), onStuck: () => restartNats(servers) }));
  const settings = { ...foundations, host, port, connectorsPort };
  const environment = { ...process.env, NODE_COMPILE_CACHE: join(cache, 'compiled') };
  running.use(await startServices({ settings, bundles, copies: options.copies, environment, log }));
  const apiUrl = `http://${authorityOf(host, port)}`;
  const healthy = await untilHealthy({ url: apiUrl, timeoutMs: READY_MS, signal });
  if (signal.aborted) return;
  if (!healthy) throw new Problem(`Not ready after ${READY_MS / 1_000} s: the lines above say which service is not and why.`);
  say(`ready after ${((Date.now() - began) / 1_000).toFixed(1)} s`);

  const demo = options.demo ? running.use(await withDemo({ options, signal, print }, apiUrl)) : undefined;
  print(welcome({ options, apiUrl, demo }));
  await until(signal);
  say('stopping');
};
