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
