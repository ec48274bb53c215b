import { refusalsOf } from '../openapi-refusals.ts';

/** Of who watches, of the live feed, and what is checked on every route. */
const REFUSALS = refusalsOf([
  'UNAUTHENTICATED',
  'TOKEN_REFUSED',
  'PERMISSION_DENIED',
  'DOMAIN_HINT_UNKNOWN',
  'DOMAIN_INACTIVE',
  'DOMAIN_UNKNOWN',
  'LIVE_FEED_FULL',
  'INVALID_PAGINATION',
  'ORIGIN_REFUSED',
  'TOO_MANY_REQUESTS',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'INTERNAL',
]);

/** What the OpenAPI document says of the stream, which is no operation of a service: nobody answers it, it goes on. */
export const STREAM_DOCUMENT = {
  '/event/stream': {
    get: {
      operationId: 'EventController_stream',
      tags: ['Event'],
      description:
        'What happens in the domain as server-sent events, for any session of it: `event` with an event as the history shows it, `gameEvent` with ' +
        'what a game said, log lines too, and `gap` where events were missed that are not sent again.',
      security: [{ session: [] }, { apiToken: [] }, { domainAuth: [] }],
      parameters: [
        {
          name: 'Last-Event-ID',
          in: 'header',
          required: false,
          description: 'The last event that was heard: those since then come first, where the caller has READ_EVENTS.',
          schema: { type: 'string' },
        },
      ],
      responses: {
        200: { description: 'Goes on until one of both ends it', content: { 'text/event-stream': { schema: { type: 'string' } } } },
        ...REFUSALS,
      },
    },
  },
} as const;
