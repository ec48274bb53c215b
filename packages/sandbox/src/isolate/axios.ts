import { AxiosError } from './errors.ts';

const METHODS = ['request', 'get', 'delete', 'head', 'options', 'post', 'put', 'patch', 'postForm', 'putForm', 'patchForm'];

const refuse = (): Promise<never> => Promise.reject(new AxiosError('Network requests are not available to functions yet', 'ERR_NETWORK'));

/** An axios that is there, and whose every request is rejected. */
export function createAxios(): unknown {
  const instance = Object.assign(() => refuse(), {
    defaults: { headers: { common: {} } },
    interceptors: { request: { use: () => 0, eject: () => {} }, response: { use: () => 0, eject: () => {} } },
    AxiosError,
    create: () => createAxios(),
    isAxiosError: (value: unknown): boolean => value instanceof AxiosError,
  });
  return Object.assign(instance, Object.fromEntries(METHODS.map((method) => [method, refuse])));
}
