import { randomUUID } from 'node:crypto';
import { createDomain, deleteDomain, getDomain, searchDomains } from '@takaro/contracts/tenancy/domains';
import { login } from '@takaro/contracts/tenancy/users';
import { readIfThere, writeSecret } from './files.ts';
import { type RestClient, RestRefusal } from './rest-client.ts';

/** What the data folder remembers of the demo. */
export interface DemoDomain {
  readonly domainId: string;
  readonly registrationToken: string;
  readonly email: string;
  readonly password: string;
}

export interface DemoPlaces {
  readonly stateFile: string;
  readonly passwordFile: string;
}

interface Kept {
  /** Chosen before the domain is made: a start that was cut off finds and removes its half. */
  readonly reference: string;
  readonly domainId?: string;
  readonly email?: string;
}

const readKept = async (path: string): Promise<Kept | undefined> => {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  try {
    const kept: unknown = JSON.parse(text);
    if (typeof kept === 'object' && kept !== null && 'reference' in kept) return kept as Kept;
  } catch {
    // Not ours any more: a new demo is made.
  }
  return undefined;
};

const isStatus = (error: unknown, status: number): boolean => error instanceof RestRefusal && error.status === status;

const findKept = async (admin: RestClient, { stateFile, passwordFile }: DemoPlaces): Promise<DemoDomain | undefined> => {
  const kept = await readKept(stateFile);
  const password = (await readIfThere(passwordFile))?.trim();
  if (kept?.domainId === undefined || kept.email === undefined || password === undefined) return undefined;
  const domain = await admin.call(getDomain, { id: kept.domainId }).catch((error: unknown) => {
    if (isStatus(error, 404)) return undefined;
    throw error;
  });
  if (domain?.state !== 'ACTIVE') return undefined;
  return { domainId: domain.id, registrationToken: domain.serverRegistrationToken ?? '', email: kept.email, password };
};

const removeHalf = async (admin: RestClient, reference: string): Promise<void> => {
  const { rows } = await admin.call(searchDomains, { filters: { externalReference: [reference] } });
  for (const { id } of rows) await admin.call(deleteDomain, { id, hardDelete: true });
};

/** The demo's domain of an earlier start, or a new one. `admin` holds the admin secret. */
export const openDemoDomain = async (admin: RestClient, places: DemoPlaces): Promise<DemoDomain> => {
  const known = await findKept(admin, places);
  if (known !== undefined) return known;
  const kept = await readKept(places.stateFile);
  if (kept !== undefined && kept.domainId === undefined) await removeHalf(admin, kept.reference);
  const reference = `demo-${randomUUID()}`;
  await writeSecret(places.stateFile, JSON.stringify({ reference }));
  const { createdDomain, rootUser, password } = await admin.call(createDomain, { name: 'Demo', externalReference: reference });
  await writeSecret(places.passwordFile, `${password}\n`);
  const demo = { reference, domainId: createdDomain.id, email: rootUser.email };
  await writeSecret(places.stateFile, `${JSON.stringify(demo, null, 2)}\n`);
  return { ...demo, registrationToken: createdDomain.serverRegistrationToken ?? '', password };
};

/** Signs the root user in, as a person would. */
export const signIn = async (api: RestClient, { email, password, domainId }: DemoDomain): Promise<RestClient> => {
  const { token } = await api.call(login, { username: email, password });
  return api.as({ authorization: `Bearer ${token}`, 'x-takaro-domain': domainId });
};
