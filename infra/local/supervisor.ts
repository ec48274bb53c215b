import { join, resolve } from 'node:path';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { bundleOf } from './bundle.ts';
import { type Child, startChild } from './child.ts';
import { environmentOf, type ServiceSettings } from './environment.ts';
import { ROOT } from './run-tool.ts';

export interface Supervisor extends AsyncDisposable {
  readonly children: readonly Child[];
}

export interface SupervisorOptions {
  readonly settings: ServiceSettings;
  /** How many processes each service has; see `portsOfCopy`. @default 1 */
  readonly copies?: number;
  /** Where `bundleServices` put them. @default they run from their sources */
  readonly bundles?: string;
  /** @default all of them */
  readonly services?: readonly ServiceName[];
  /** What is around the services. @default that of this process */
  readonly environment?: NodeJS.ProcessEnv;
  readonly log: (name: string, line: string) => void;
}

/** Where a copy of the edges listens: the first where it was said, each further one ten ports higher. */
export const portsOfCopy = ({ port, connectorsPort }: Pick<ServiceSettings, 'port' | 'connectorsPort'>, copy: number) => ({
  port: port + copy * COPY_PORTS,
  connectorsPort: connectorsPort + copy * COPY_PORTS,
});

const COPY_PORTS = 10;
const LEASH = join(import.meta.dirname, 'leash.ts');

/** A child that ends with this process, however that ends. */
export const startProgram = (
  name: string,
  file: string,
  options: { readonly env: NodeJS.ProcessEnv; readonly log: (line: string) => void; readonly restart: boolean },
): Promise<Child> =>
  startChild({
    name,
    command: process.execPath,
    args: ['--import', LEASH, resolve(ROOT, file)],
    cwd: ROOT,
    leash: true,
    stopTimeoutMs: 20_000,
    ...options,
  });

/** Starts every service as its own process and starts it again when it ends. Ends them all together: each finishes what it began. */
export const startServices = async (options: SupervisorOptions): Promise<Supervisor> => {
  const { settings, copies = 1, bundles, services = SERVICE_NAMES, environment = process.env, log } = options;
  const wanted = Array.from({ length: copies }, (_, copy) => services.map((service) => ({ service, copy }))).flat();
  const children = await Promise.all(
    wanted.map(({ service, copy }) => {
      const name = copy === 0 ? service : `${service}-${copy + 1}`;
      const file = bundles === undefined ? `services/${service}/src/main.ts` : bundleOf(bundles, service);
      return startProgram(name, file, {
        env: {
          ...environmentOf(service, { ...settings, ...portsOfCopy(settings, copy) }, environment),
          // Started again under its name, it takes up its lanes at once.
          TAKARO_REPLICA: `${service}-${copy + 1}`,
        },
        log: (line) => log(name, line),
        restart: true,
      });
    }),
  );
  return {
    children,
    [Symbol.asyncDispose]: async () => {
      // The edges first, so that nothing new comes in while the others finish.
      const edges = children.filter(({ name }) => /^(gateway|connectors)/.test(name));
      await Promise.all(edges.map((child) => child[Symbol.asyncDispose]()));
      await Promise.all(children.map((child) => child[Symbol.asyncDispose]()));
    },
  };
};
