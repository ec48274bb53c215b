import { OPERATIONS } from '@takaro/api';
import { openApiOf } from '@takaro/gateway/openapi';
import { type Document, documentedAnswers } from './documented-answers.ts';

/** Every gateway has this document; asking it for it would count as a request. */
export const documented = documentedAnswers(openApiOf(OPERATIONS) as unknown as Document);

/** `fetch`, and holds what a gateway answers against its OpenAPI document. @throws Error when the document does not say so */
export async function documentedFetch(url: string, init: RequestInit = {}): Promise<Response> {
  // oxlint-disable-next-line no-restricted-globals -- this is what stands in its place
  const response = await fetch(url, init);
  const contentType = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
  // As it was asked for: a URL that is parsed is put in order.
  const path = url.slice(new URL(url).origin.length);
  documented.require(
    { method: init.method ?? 'GET', path },
    { status: response.status, contentType, body: await bodyOf(response, contentType) },
  );
  return response;
}

/** A stream has no end, and `HEAD` no body. Read from a copy: who asked has the answer whole. */
async function bodyOf(response: Response, contentType: string): Promise<unknown> {
  if (contentType === 'text/event-stream') return '';
  const text = await response.clone().text();
  return contentType === 'application/json' && text !== '' ? JSON.parse(text) : text;
}
