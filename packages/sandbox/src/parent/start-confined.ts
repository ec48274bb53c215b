import { CONFINEMENT_LEVELS, type ConfinementLevel, type ConfinementRange } from '../confinement.ts';
import type { Child } from './child.ts';
import { attemptsOf, type Confine } from './command.ts';
import { SlowStart, startChild, type StartOptions } from './start-child.ts';

export interface ConfinedStartOptions extends StartOptions, ConfinementRange {
  /** This system does not let us have it; the next weaker one is tried. */
  readonly onRefused: (refused: Confine, error: unknown) => void;
}

/**
 * Starts processes as confined as this system lets them be. The first start finds that out; from then on a start that fails is a
 * failure, and never a reason to confine less.
 */
export function createConfinedStart(options: ConfinedStartOptions): () => Promise<Child> {
  let found: Promise<Confine> | undefined;

  const find = async (first: PromiseWithResolvers<Child>): Promise<Confine> => {
    let refusal: unknown = new Error('No confinement is left to try');
    for (const confine of attemptsOf(levelsOf(options))) {
      try {
        first.resolve(await startChild(confine, options));
        return confine;
      } catch (error) {
        if (error instanceof SlowStart) throw error;
        options.onRefused(confine, error);
        refusal = error;
      }
    }
    throw refusal;
  };
  return async () => {
    if (found) return startChild(await found, options);
    const first = Promise.withResolvers<Child>();
    found = find(first);
    found.catch((error: unknown) => {
      found = undefined;
      first.reject(error);
    });
    return first.promise;
  };
}

function levelsOf({ strongest = 'sealed', weakest = 'none' }: ConfinementRange): ConfinementLevel[] {
  const [first, last] = [CONFINEMENT_LEVELS.indexOf(strongest), CONFINEMENT_LEVELS.indexOf(weakest)];
  return CONFINEMENT_LEVELS.slice(first, last + 1);
}
