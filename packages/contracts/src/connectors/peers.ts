import { Type, type Static } from 'typebox';
import { Nullable, Strict, Uuid } from '../shapes.ts';

/**
 * What copies of connectors tell each other on `peer.<domain>.<gameServerId>`: how new the newest socket is that a copy has of a game
 * server, by the `order` of its introduction; null when it has none any more.
 */
export const PeerAnnouncement = Strict({ connectorId: Uuid, order: Nullable(Type.Integer()) });
export type PeerAnnouncement = Static<typeof PeerAnnouncement>;
