import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Observer } from '@takaro/bus';

/** One thing that was answered during the run; `code` is null for a good answer. */
export interface AnswerSeen {
  /** Who answered: a real service at the bus, or `http`. */
  readonly service: string;
  readonly operation: string;
  readonly code: string | null;
}

/** Notes each different answer once, in a file of this process below `folder`. */
export function noteAnswers(folder: string): (answer: AnswerSeen) => void {
  const seen = new Set<string>();
  return ({ service, operation, code }) => {
    const line = JSON.stringify({ service, operation, code } satisfies AnswerSeen);
    if (seen.has(line)) return;
    seen.add(line);
    appendFileSync(join(folder, `${process.pid}.jsonl`), `${line}\n`);
  };
}

/** Notes what a service answers at the bus. */
export function recordAnswers(folder: string): Observer {
  const note = noteAnswers(folder);
  return ({ service, operation }, code) => note({ service, operation, code });
}
