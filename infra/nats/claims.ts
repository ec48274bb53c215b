import { encodeGeneric } from '@nats-io/jwt';
import type { KeyPair } from '@nats-io/nkeys';
import type { NatsConnection } from '@nats-io/transport-node';

/** Makes an account known to the running servers, or replaces it. Takes effect within a fifth of a second, without a gap. */
export const pushAccount = (system: NatsConnection, jwt: string): Promise<void> => ask(system, '$SYS.REQ.CLAIMS.UPDATE', jwt);

/** Ends an account: its connections are closed. */
export const removeAccount = async (system: NatsConnection, operator: KeyPair, accountKey: string): Promise<void> =>
  ask(system, '$SYS.REQ.CLAIMS.DELETE', await encodeGeneric('remove', operator, 'generic', { accounts: [accountKey] }));

async function ask(system: NatsConnection, subject: string, jwt: string): Promise<void> {
  const reply = await system.request(subject, jwt, { timeout: 5_000 });
  const { error } = reply.json<{ error?: { description?: string } }>();
  if (error) throw new Error(`nats-server refused ${subject}: ${error.description ?? 'no reason given'}`);
}
