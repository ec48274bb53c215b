/** What is to be hashed; the salt is base64. */
export interface HashOrder {
  readonly id: number;
  readonly password: string;
  readonly salt: string;
}

export interface HashDone {
  readonly id: number;
  /** Null where it could not be made. */
  readonly hash: string | null;
}
