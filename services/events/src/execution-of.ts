import { Uuid } from '@takaro/contracts/shapes';
import { matches } from '@takaro/contracts/validate';

const COMPONENTS: ReadonlyMap<string, string> = new Map([
  ['command-executed', 'command'],
  ['hook-executed', 'hook'],
  ['cronjob-executed', 'cronjob'],
]);

interface Execution {
  readonly componentId: string | null;
  readonly success: boolean | null;
}

/** Which component an event says was executed and how that ended; nulls where it says nothing of the kind. */
export function executionOf(name: string, meta: unknown): Execution {
  const component = COMPONENTS.get(name);
  if (component === undefined) return { componentId: null, success: null };
  const componentId = propertyOf(propertyOf(meta, component), 'id');
  const success = propertyOf(propertyOf(meta, 'result'), 'success');
  return {
    componentId: matches<string>(Uuid, componentId) ? componentId : null,
    success: typeof success === 'boolean' ? success : null,
  };
}

const propertyOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
