import { pick, seededRandom } from './random.ts';

/** What a plan can make players do. */
export interface Actor {
  join(name: string): void;
  leave(name: string): void;
  say(name: string, text: string): void;
  die(name: string): void;
  slay(name: string, entity: string, weapon: string): void;
  isOnline(name: string): boolean;
}

const LINES = ['hello everybody', 'anyone near the river?', 'nice base', 'who took my wood?', 'brb', 'back again', 'good fight'];

/** How long between two things that happen. */
const PACE_MS = { least: 4_000, most: 9_000 } as const;
const FIRST_MS = 1_500;

/**
 * Lets players join, chat, fight, die, leave and come back, in an order that the seed decides. Every third thing is the first player
 * typing `/ping`, so that whoever watches sees it answered.
 */
export function followPlan(actor: Actor, names: readonly string[], seed: number): Disposable {
  const random = seededRandom(seed ^ 0x51ab);
  let turn = 0;
  let timer = setTimeout(next, FIRST_MS);
  for (const name of names) actor.join(name);

  function next(): void {
    if (turn % 3 === 0 && names[0] !== undefined) ping(names[0]);
    else something(pick(random, names));
    turn += 1;
    timer = setTimeout(next, PACE_MS.least + random() * (PACE_MS.most - PACE_MS.least));
  }

  function ping(name: string): void {
    if (!actor.isOnline(name)) actor.join(name);
    actor.say(name, '/ping');
  }

  function something(name: string): void {
    const luck = random();
    if (!actor.isOnline(name)) actor.join(name);
    else if (luck < 0.6) actor.say(name, pick(random, LINES));
    else if (luck < 0.8) actor.slay(name, 'zombie', 'axe');
    else if (luck < 0.9) actor.die(name);
    else actor.leave(name);
  }

  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
