import { join } from 'node:path';
import { readIfThere, writeSecret } from '../local/files.ts';
import { Problem } from '../local/problem.ts';
import type { Revocations } from './accounts.ts';

const pathIn = (folder: string): string => join(folder, 'revoked.json');

const isRevocations = (value: unknown): value is Revocations =>
  typeof value === 'object' && value !== null && Object.values(value).every((at) => typeof at === 'number');

/** What was revoked in this installation. @throws Problem when the file holds something else: forgetting would let old credentials in */
export async function readRevocations(folder: string): Promise<Revocations> {
  const path = pathIn(folder);
  const text = await readIfThere(path);
  if (text === undefined) return {};
  try {
    const revoked: unknown = JSON.parse(text);
    if (isRevocations(revoked)) return revoked;
  } catch {
    // Told below, as any other content that is no revocations.
  }
  throw new Problem(`${path} holds no list of revoked credentials: put its backup back, or rotate all credentials and delete it.`);
}

/** Credentials of this user key are refused from the next time on that the account is made. */
export async function addRevocation(folder: string, userKey: string, at: Date): Promise<void> {
  const revoked = { ...(await readRevocations(folder)), [userKey]: Math.ceil(at.getTime() / 1_000) };
  await writeSecret(pathIn(folder), `${JSON.stringify(revoked, null, 2)}\n`);
}
