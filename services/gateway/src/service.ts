import { createApi } from '@takaro/api';
import type { ServiceContext } from '@takaro/process';
import { readGatewayConfiguration } from './config.ts';
import { createServer } from './server.ts';

/** A client that does not read its answer is cut off after this long when the gateway stops. */
const PATIENCE_MS = 5_000;

export interface Gateway extends AsyncDisposable {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
}

/** Listens for HTTP. @throws Error that says what to do when the port is taken */
export async function startGateway(context: ServiceContext): Promise<Gateway> {
  const configuration = readGatewayConfiguration(context.env);
  const server = await createServer(context, createApi(context.bus), configuration);
  const { host, port } = configuration;
  const url = await server.listen({ host, port }).catch((error: unknown) => {
    throw new Error(`Cannot listen on ${host}:${port}. Is the port taken? Set TAKARO_PORT to another one.`, { cause: error });
  });
  context.log.info({ url }, 'listening');
  const close = async (): Promise<void> => {
    const force = setTimeout(() => server.server.closeAllConnections(), PATIENCE_MS);
    await server.close();
    clearTimeout(force);
  };
  return { url, [Symbol.asyncDispose]: close };
}
