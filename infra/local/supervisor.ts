import { join, resolve } from 'node:path';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { type Child, startChild } from './child.ts';
import { environmentOf, type ServiceSettings } from './environment.ts';
import { ROOT } from './run-tool.ts';

export interface Supervisor extends AsyncDisposable {
  readonly children: readonly Child[];
}

export interface SupervisorOptions {
  readonly settings: ServiceSettings;
  /** @default all of them */
  readonly services?: readonly ServiceName[];
  /** What is around the services. @default that of this process */
  readonly environment?: NodeJS.ProcessEnv;
  readonly log: (name: string, line: string) => void;
}

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
  const { settings, services = SERVICE_NAMES, environment = process.env, log } = options;
  const children = await Promise.all(
    services.map((service) =>
      startProgram(service, `services/${service}/src/main.ts`, {
        // The one copy there is: started again, it takes up its lanes at once.
        env: { ...environmentOf(service, settings, environment), TAKARO_REPLICA: `${service}-1` },
        log: (line) => log(service, line),
        restart: true,
      }),
    ),
  );
  return {
    children,
    [Symbol.asyncDispose]: async () => {
      // The edges first, so that nothing new comes in while the others finish.
      const edges = children.filter(({ name }) => name === 'gateway' || name === 'connectors');
      await Promise.all(edges.map((child) => child[Symbol.asyncDispose]()));
      await Promise.all(children.map((child) => child[Symbol.asyncDispose]()));
    },
  };
};
