import type { AnyRequest } from '@takaro/contracts/contract';

export interface RestAnswer {
  readonly status: number;
  readonly text: string;
}

/** Asks an operation as any HTTP client would, with whatever input, and answers what came back as it is. */
export async function askRest(
  apiUrl: string,
  { rest }: AnyRequest,
  { input, headers }: { readonly input: Readonly<Record<string, unknown>>; readonly headers: Readonly<Record<string, string>> },
): Promise<RestAnswer> {
  const left = new Map(Object.entries(input));
  const take = (name: string): string => {
    const value = String(left.get(name));
    left.delete(name);
    return encodeURIComponent(value);
  };
  const path = (rest?.path ?? '').replaceAll(/:(\w+)/g, (_, name: string) => take(name));
  const query = (rest?.query ?? []).filter((name) => left.has(name)).map((name) => `${name}=${take(name)}`);
  const body = Object.fromEntries(left);
  const hasBody = rest?.method !== 'GET' && Object.keys(body).length > 0;
  const response = await fetch(`${apiUrl}${path}${query.length > 0 ? `?${query.join('&')}` : ''}`, {
    method: rest?.method ?? 'GET',
    headers: { ...headers, ...(hasBody && { 'content-type': 'application/json' }) },
    ...(hasBody && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  return { status: response.status, text: await response.text() };
}
