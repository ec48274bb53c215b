import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERRORS } from '@takaro/contracts/errors';
import type { PublicContract } from '@takaro/contracts/unavailable/unavailable';
import { validate } from '@takaro/contracts/validate';
import { Type } from 'typebox';
import type { AnswerSeen } from './answer-record.ts';

/** What a contract promises and nobody answered in the whole run. */
export interface Unproduced {
  readonly contract: string;
  /** Null: it never had a good answer. */
  readonly code: string | null;
}

/** What is to be seen: each code, and a good answer where there is one. A contract is one such promise, to be kept by its service at the bus. */
interface Promised {
  readonly service: string;
  readonly operation: string;
  readonly errors: readonly string[];
  /** `unavailable`: it only refuses. */
  readonly kind?: PublicContract['kind'];
}

/** Who answers over HTTP, in an answer that was seen. */
export const HTTP = 'http';

/** How a failure shows over HTTP: several codes may look alike there. */
export const publicCode = (status: number, name: string): string => `${status} ${name}`;

/** What the routes of contracts promise, to be seen over HTTP. */
export const publicPromises = (contracts: readonly PublicContract[]): Promised[] =>
  contracts.flatMap(({ rest, errors, kind }) =>
    rest
      ? [
          {
            service: HTTP,
            operation: rest.id,
            kind,
            errors: [...new Set(errors.map((code) => publicCode(ERRORS[code].status, ERRORS[code].name)))],
          },
        ]
      : [],
  );

const nameOf = ({ service, operation }: { readonly service: string; readonly operation: string }): string => `${service}.${operation}`;

/** Each code that a contract lists must have been answered, and each operation must have had a good answer. */
export function findUnproduced(contracts: readonly Promised[], seen: readonly AnswerSeen[]): Unproduced[] {
  const produced = new Set(seen.map((answer) => `${nameOf(answer)} ${answer.code ?? ''}`));
  return contracts.flatMap((contract) =>
    [...(contract.kind === 'unavailable' ? [] : [null]), ...contract.errors]
      .filter((code) => !produced.has(`${nameOf(contract)} ${code ?? ''}`))
      .map((code) => ({ contract: nameOf(contract), code })),
  );
}

const Answer = Type.Object({ service: Type.String(), operation: Type.String(), code: Type.Union([Type.String(), Type.Null()]) });

/** What all processes of the run noted with `noteAnswers`. */
export async function readAnswers(folder: string): Promise<AnswerSeen[]> {
  const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => validate<AnswerSeen>(Answer, JSON.parse(line)));
}

/** @throws Error that names every contract and code */
export function requireProduced(contracts: readonly Promised[], seen: readonly AnswerSeen[]): void {
  const missing = findUnproduced(contracts, seen);
  if (missing.length === 0) return;
  const lines = missing.map(({ contract, code }) =>
    code === null ? `  ${contract} never had a good answer` : `  ${contract} never answered ${code}, which its contract lists`,
  );
  throw new Error(`What contracts promise and no test saw:\n${lines.join('\n')}`);
}
