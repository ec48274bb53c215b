/** Something a person can put right. Its message is one line that says what is wrong and what to do; no stack is shown for it. */
export class Problem extends Error {
  override readonly name = 'Problem';
}

/** The system's word for what went wrong (`EADDRINUSE`, `ENOENT`, …), if it has one. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
