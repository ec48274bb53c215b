import { jetstream } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { bareEvent } from '@takaro/contracts/event-envelope';
import { newId } from '@takaro/contracts/ids';
import { eventSubject } from '@takaro/contracts/subjects';
import type { Community } from '@takaro/testing/community';
import type { Contender } from '../contender.ts';
import type { System } from './system.ts';

/** P2: an event → queued → no-op function → recorded. Recorded is what its `hook-executed` event says, which is told after the commit. */
export async function takaroEvent(system: System, community: Community): Promise<Contender> {
  const nats = await connect({
    servers: system.servers.natsUrl,
    authenticator: credsAuthenticator(new TextEncoder().encode(system.setupCredentials)),
  });
  const js = jetstream(nats);
  const waiting = new Map<string, () => void>();
  nats.subscribe(`event.${community.domainId}.*.*.hook-executed`, {
    callback: (_error, message) => {
      const { meta } = message.json<{ meta: { result: { logs: { msg: string }[] } } }>();
      const mark = meta.result.logs[0]?.msg ?? '';
      waiting.get(mark)?.();
      waiting.delete(mark);
    },
  });
  return {
    name: 'Takaro, event to record',
    processes: { ...system.servicePids, nats: system.natsPid, postgres: system.databasePid },
    run: async () => {
      const event = deathOf(community);
      const recorded = new Promise<void>((resolve) => waiting.set(`item ${messageOf(event.id)}`, resolve));
      await js.publish(eventSubject(event.domainId, event.gameServerId, event.name), JSON.stringify(event), { msgID: event.id });
      await recorded;
    },
    [Symbol.asyncDispose]: () => nats.close(),
  };
}

const messageOf = (id: string): string => `item ${id}`;

const deathOf = ({ domainId, gameServerId }: Community) => {
  const id = newId();
  return bareEvent({
    id,
    name: 'player-death',
    domainId,
    gameServerId,
    meta: { msg: messageOf(id) },
  });
};
