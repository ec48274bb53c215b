import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** What is stored of a token: its 256 random bits cannot be guessed from it. */
export const tokenHash = digest;

/** An opaque token of 256 random bits. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** 32 of them, so that a byte chooses each as often as any other; without i, l, o and u, which are misread. */
const TYPEABLE = '0123456789abcdefghjkmnpqrstvwxyz';

/** 80 random bits that a person can read from a chat and type, in any case. */
export const newLinkCode = (): string => Array.from(randomBytes(16), (byte) => TYPEABLE[byte % TYPEABLE.length]).join('');

/** 40 hex characters, which fits what sign-in accepts. */
export const newPassword = (): string => randomBytes(20).toString('hex');

export const newRegistrationToken = (): string => randomBytes(32).toString('base64');

/** Takes the same time wherever the texts differ. */
export const sameText = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
