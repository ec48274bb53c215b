import { AdminClient, Client, isAxiosError } from '@takaro/apiclient';
import { ADMIN_SECRET } from '@takaro/testing/world';
import type { AxiosResponse } from 'axios';
import { operationAt } from './documented-answers.ts';
import { documented } from './documented-fetch.ts';
import type { RestDomain } from './rest-domain.ts';

/** The client from npm, unchanged. */
export interface Published {
  readonly admin: AdminClient;
  /** Signed in by name and password. */
  readonly root: Client;
  /** A client that is not signed in yet. */
  readonly fresh: (auth: ConstructorParameters<typeof Client>[0]['auth']) => Client;
  /** Operations that were asked for; what came back was held against the document. */
  readonly asked: ReadonlySet<string>;
}

export async function openPublished(apiUrl: string, domain: RestDomain): Promise<Published> {
  const asked = new Set<string>();
  const watch = <Kind extends AdminClient | Client>(client: Kind): Kind => {
    const see = ({ config, status, headers, data }: AxiosResponse): void => {
      const [method, path] = [(config.method ?? '').toUpperCase(), new URL(config.url ?? '', apiUrl).pathname];
      const operation = operationAt(method, path);
      if (operation) asked.add(operation.id);
      const contentType = String(headers['content-type'] ?? '').split(';')[0] ?? '';
      documented.require({ method, path }, { status, contentType, body: data });
    };
    client.axiosInstance.interceptors.response.use(
      (response) => {
        see(response);
        return response;
      },
      (error: unknown) => {
        if (isAxiosError(error) && error.response) see(error.response);
        throw error;
      },
    );
    return client;
  };
  const fresh: Published['fresh'] = (auth) => watch(new Client({ url: apiUrl, auth, log: false }));
  const root = fresh({ username: domain.root.email, password: domain.root.password });
  await root.login();
  const admin = watch(new AdminClient({ url: apiUrl, auth: { clientSecret: ADMIN_SECRET }, log: false }));
  return { admin, root, fresh, asked };
}

/** What an answer holds. */
export const dataOf = async <T>(asked: Promise<{ readonly data: { readonly data: T } }>): Promise<T> => (await asked).data.data;

/** Status and name of the error with which a request was refused. @throws Error when it was not */
export async function refusal(asked: Promise<unknown>): Promise<readonly [status: number | undefined, code: unknown]> {
  try {
    await asked;
  } catch (error) {
    if (isAxiosError(error)) return [error.response?.status, error.response?.data?.meta?.error?.code];
    throw error;
  }
  throw new Error('it was answered');
}
