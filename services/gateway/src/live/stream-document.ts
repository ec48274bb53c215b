const refusal = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorOutput' } } },
});

/** What the OpenAPI document says of the stream, which is no operation of a service: nobody answers it, it goes on. */
export const STREAM_DOCUMENT = {
  '/event/stream': {
    get: {
      operationId: 'EventController_stream',
      tags: ['Event'],
      description:
        'What happens in the domain as server-sent events, for any session of it: `event` with an event as the history shows it, `gameEvent` with ' +
        'what a game said, log lines too, and `gap` where events were missed that are not sent again.',
      security: [{ session: [] }, { apiToken: [] }],
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
        400: refusal('The domain is not active'),
        401: refusal('Not authorized'),
        403: refusal('The token is not valid for this'),
        429: refusal('Too many watch this domain at once'),
        503: refusal('A part of the system does not answer at the moment. Try again.'),
      },
    },
  },
} as const;
