import { Type } from 'typebox';
import { event } from '../contract.ts';
import { timestamp } from '../events/game-events.ts';
import { SETTING_KEYS } from '../settings.ts';
import { Nullable, OneOf, Strict, Uuid } from '../shapes.ts';
import { DOMAIN_STATES } from './shapes.ts';

const OfRole = Type.Object({ role: Type.Object({ id: Uuid, name: Type.String() }), ...timestamp });

export const roleAssigned = event({ name: 'role-assigned', meta: OfRole });
export const roleRemoved = event({ name: 'role-removed', meta: OfRole });
export const roleCreated = event({ name: 'role-created', meta: OfRole });
export const roleUpdated = event({ name: 'role-updated', meta: OfRole });
export const roleDeleted = event({ name: 'role-deleted', meta: OfRole });

/** Value null: the stored one was forgotten. The envelope names the game server where it was one server's. */
export const settingsSet = event({
  name: 'settings-set',
  meta: Strict({ key: OneOf(SETTING_KEYS), value: Type.Optional(Nullable(Type.String())), ...timestamp }),
});

/** State or limits of the domain changed: whoever keeps them drops them. */
export const domainUpdated = event({ name: 'domain-updated', meta: Strict({ state: OneOf(DOMAIN_STATES), ...timestamp }), stored: false });

/** The registration token was renewed: connections that came with the old one end. */
export const registrationTokenRegenerated = event({ name: 'registration-token-regenerated', meta: Strict(timestamp), stored: false });
