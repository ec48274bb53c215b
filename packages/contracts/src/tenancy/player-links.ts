import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Instant, Strict, Uuid } from '../shapes.ts';
import { Email, OneTimeLink, UserOutputWithRoles } from './shapes.ts';

/** A code by which whoever has it in the game becomes the user of this player. A newer one takes the place of the older one. */
export const createPlayerLink = request({
  service: 'tenancy',
  operation: 'create-player-link',
  access: 'internal',
  callers: ['modules'],
  input: Strict({ playerId: Uuid }),
  output: Strict({ code: Type.String(), expiresAt: Instant }),
  errors: ['PLAYER_NOT_FOUND'],
});

/**
 * Links the player of a code with the person who has the e-mail address: who is signed in, or somebody whom no domain knows yet. Whoever
 * is no user of the domain becomes one, not of the dashboard; who was not signed in gets a link that sets a password, once.
 */
export const linkPlayer = request({
  service: 'tenancy',
  operation: 'link-player',
  access: 'public',
  rest: {
    method: 'POST',
    path: '/user/player',
    id: 'UserController_linkPlayerProfile',
    headers: { authorization: 'authorization', cookie: 'cookie' },
    domainCookie: 'set',
  },
  input: Strict({
    email: Email,
    code: Type.String({ minLength: 1, maxLength: 200 }),
    authorization: Type.Optional(Type.String({ maxLength: 4_096 })),
    cookie: Type.Optional(Type.String({ maxLength: 16_384 })),
  }),
  output: Type.Object({ ...UserOutputWithRoles.properties, domainId: Type.String(), oneTimeLink: Type.Optional(OneTimeLink) }),
  errors: ['LINK_CODE_UNKNOWN', 'LINK_EMAIL_FOREIGN', 'PLAYER_ALREADY_LINKED'],
});
