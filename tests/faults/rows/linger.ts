import type { Siege } from '../siege.ts';
import { until } from '../until.ts';

/** In each town two functions run that have had their effect and two that have not, as far as the town may run so many. */
export async function lingerEverywhere({ towns }: Siege, turn: number): Promise<void> {
  for (const town of towns) {
    for (const number of [1, 2]) {
      town.say('before', `before-${turn}-${number}`);
      town.say('after', `after-${turn}-${number}`);
    }
  }
  const hasBegun = (town: Siege['towns'][number]): boolean =>
    town.commands().some(({ mark, answeredAt }) => mark === `after-${turn}-1` && answeredAt.length > 0);
  await until('running', () => towns.every(hasBegun));
}
