import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Page, Strict, Uuid } from '../shapes.ts';
import { EVENT_SEARCH, EventOutput } from './rest.ts';

/** The `*-executed` events of one command, hook or cron job; `success` left out finds both kinds. Relations are the asker's to compose. */
export const searchComponentEvents = request({
  service: 'events',
  operation: 'search-component-events',
  access: 'internal',
  callers: ['modules'],
  input: Strict({ componentId: Uuid, success: Type.Optional(Type.Boolean()), search: Search(EVENT_SEARCH) }),
  output: Page(EventOutput),
  errors: [],
  idempotent: true,
});

/**
 * Deletes what is older than the domain keeps its events (`eventRetentionDays`), which happens by itself too. `isDone: false`: there is so
 * much of it that the rest goes after the answer.
 */
export const cleanEvents = request({
  service: 'events',
  operation: 'clean-events',
  access: 'internal',
  callers: ['gameservers'],
  input: Strict({}),
  output: Strict({ deleted: Type.Integer({ minimum: 0 }), isDone: Type.Boolean() }),
  errors: [],
  timeoutMs: 30_000,
  idempotent: true,
});
