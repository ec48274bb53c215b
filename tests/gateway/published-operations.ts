import * as client from '@takaro/apiclient';

/** An operation as the published client has it. */
export interface PublishedOperation {
  /** The class that has it, without the `Api` at its end. */
  readonly tag: string;
  readonly clientMethod: string;
  readonly httpMethod: string;
  /** With `{name}` for parameters. */
  readonly path: string;
}

const CREATOR = 'ApiAxiosParamCreator';

/** What the code of a client method asks for, read off that code as its generator wrote it. */
function askedBy(clientMethod: string, code: string): Pick<PublishedOperation, 'httpMethod' | 'path'> {
  const path = /localVarPath = `([^`]+)`/.exec(code)?.[1];
  const httpMethod = /method: '([A-Z]+)'/.exec(code)?.[1];
  if (path === undefined || httpMethod === undefined) throw new Error(`what ${clientMethod} asks for cannot be read off its code`);
  return { httpMethod, path };
}

const operationsOf = (tag: string, create: unknown): PublishedOperation[] => {
  const methods: object = typeof create === 'function' ? create() : {};
  return Object.entries(methods).map(([clientMethod, code]) => ({ tag, clientMethod, ...askedBy(clientMethod, String(code)) }));
};

const exported: object = client;

/** Every operation that the client from npm has, those of the gateway itself (`Meta`) too. */
export const PUBLISHED_OPERATIONS: readonly PublishedOperation[] = Object.entries(exported)
  .filter(([name]) => name.endsWith(CREATOR))
  .flatMap(([name, create]) => operationsOf(name.slice(0, -CREATOR.length), create));

/** The paths of what the gateway answers by itself. */
export const META_PATHS: readonly string[] = PUBLISHED_OPERATIONS.filter(({ tag }) => tag === 'Meta').map(({ path }) => path);
