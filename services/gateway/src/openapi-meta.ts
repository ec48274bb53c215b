import { NOT_MODIFIED, refusalsOf } from './openapi-refusals.ts';
import type { Json } from './openapi-schemas.ts';

const HEALTH: Json = { type: 'object', required: ['healthy'], properties: { healthy: { type: 'boolean' } } };

/** What is checked on every route. */
const REFUSALS = refusalsOf(['INVALID_PAGINATION', 'ORIGIN_REFUSED', 'TOO_MANY_REQUESTS', 'INTERNAL']);

const route = (method: string, description: string, [type, schema]: readonly [string, Json], status = 200): Json => ({
  get: {
    operationId: `Meta_${method}`,
    tags: ['Meta'],
    description,
    security: [],
    responses: {
      [status]: { description, ...(status === 200 && { content: { [type]: { schema } } }) },
      ...(status === 200 && NOT_MODIFIED),
      ...REFUSALS,
    },
  },
});

/** What the document says of the routes that no service answers; none has an envelope but for its refusals. */
export const META_DOCUMENT: Json = {
  '/healthz': route('getHealth', 'The process lives', ['application/json', HEALTH]),
  '/readyz': route('getReadiness', 'Whether every service is ready', ['application/json', HEALTH]),
  '/metrics': route('getMetrics', 'The metrics of all services', ['text/plain', { type: 'string' }]),
  '/openapi.json': route('getOpenApi', 'This document', ['application/json', { type: 'object' }]),
  '/': route('getRoot', 'Leads to /api.html', ['text/html', { type: 'string' }], 302),
  '/api.html': route('getOpenApiHtml', 'A page to read and try the API', ['text/html', { type: 'string' }]),
};
