import { searchComponentEvents } from '@takaro/contracts/events/internal';
import type { StoredEventName } from '@takaro/contracts/events/names';
import type { SearchInput } from '@takaro/contracts/search';
import { ask } from './neighbours.ts';
import type { Parts } from './parts.ts';

interface Wanted extends SearchInput {
  readonly id: string;
  readonly success?: boolean;
}

/**
 * What the history holds of the executions of one component, of both kinds where `success` is not given. History outlives what it names, so
 * one that is not there is no error.
 */
export function executionsFromHistory(
  { context }: Pick<Parts, 'context'>,
  domainId: string,
  { id: componentId, success, ...search }: Wanted,
  eventName: StoredEventName,
) {
  const filters = { ...search.filters, eventName: namesWithin(search.filters?.['eventName'], eventName) };
  return ask(context.bus, domainId, searchComponentEvents, {
    componentId,
    ...(success !== undefined && { success }),
    search: { ...search, filters },
  });
}

/** Of the names that a search asks for only the component's own can be found; where it asks for others alone, nothing is. */
function namesWithin(asked: readonly unknown[] | boolean | undefined, own: StoredEventName): readonly string[] {
  const others = Array.isArray(asked) && asked.length > 0 && !asked.includes(own);
  return others ? asked.map(String) : [own];
}
