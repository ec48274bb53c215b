import {
  type EntityName,
  type EntityProperty,
  type FilterQuery,
  type FindOptions,
  raw,
  type SqlEntityManager,
} from '@mikro-orm/postgresql';
import { ServiceError } from '@takaro/contracts/errors';
import { LIMITS } from '@takaro/contracts/limits';
import type { SearchInput } from '@takaro/contracts/search';
import { databaseCode, translateDatabaseError } from './database-errors.ts';
import { totalOf } from './search-total.ts';

export interface SearchOptions<Entity> {
  /** Holds besides what the input asks for. */
  readonly where?: FilterQuery<Entity>;
  readonly populate?: FindOptions<Entity>['populate'];
  /** Loads nothing else of a row. @default all columns */
  readonly only?: 'id';
  /** Fields of the input that bear another name in the entity. */
  readonly columns?: Readonly<Record<string, string>>;
  /** A text column whose shortest values come first where the input names no `sortBy`. */
  readonly shortestFirst?: string;
}

export interface SearchPage<Entity> {
  readonly rows: Entity[];
  readonly page: number;
  readonly limit: number;
  /** Size of the whole filtered set. */
  readonly total: number;
}

/** How text is ordered: as en-US orders names, whatever locale the database was made with. */
const COLLATION = '"en-US-x-icu"';

type Condition = Readonly<Record<string | symbol, unknown>>;
type ColumnOf = (field: string) => EntityProperty | undefined;

/**
 * Answers a `POST …/search` in the conventions of the published API. Fields that are no column of the entity are left to the
 * caller's `where`; only names from the entity's metadata enter the SQL, values are always parameters.
 * @throws ServiceError INVALID_MESSAGE when `sortBy` is no column, or a text holds the character NUL
 */
export async function searchPage<Entity extends object>(
  em: SqlEntityManager,
  entity: EntityName<Entity>,
  input: SearchInput,
  options: SearchOptions<Entity> = {},
): Promise<SearchPage<Entity>> {
  refuseNul(input);
  const columnOf = columnsOf(em, entity, options.columns ?? {});
  const page = input.page ?? 0;
  const limit = input.limit ?? LIMITS.pageLimitDefault;
  const conditions = [...filtersOf(input, columnOf), ...searchOf(input, columnOf), ...rangesOf(input, columnOf)];
  // The conditions are built from the entity's metadata at run time, which no static type can follow.
  const where = { $and: [...(options.where === undefined ? [] : [options.where]), ...conditions] } as FilterQuery<NoInfer<Entity>>;
  const orderBy = orderOf(input, columnOf, options.shortestFirst) as NonNullable<FindOptions<Entity>['orderBy']>;
  const { filters, search, greaterThan, lessThan } = input;
  const asked = [em.getMetadata().get(entity).className, options.where, { filters, search, greaterThan, lessThan }];
  try {
    const rows = await em.find(entity, where, {
      orderBy,
      limit,
      offset: page * limit,
      strategy: 'select-in',
      ...(options.populate === undefined ? {} : { populate: options.populate }),
      ...(options.only === undefined ? {} : { fields: [options.only as never] }),
    });
    const seen = page * limit + rows.length;
    // The last page says by itself how many there are.
    const isLast = rows.length < limit && (rows.length > 0 || page === 0);
    const total = isLast ? seen : await totalOf(em, asked, () => em.count(entity, where));
    return { rows, page, limit, total: rows.length > 0 ? Math.max(total, seen) : total };
  } catch (error) {
    throw isUnfitValue(error) ? new ServiceError('INVALID_MESSAGE', { cause: error }) : translateDatabaseError(error);
  }
}

/** The same for who reads the rows in another way: making entities of them costs more than finding them. */
export const searchIds = <Entity extends { id: string }>(
  em: SqlEntityManager,
  entity: EntityName<Entity>,
  input: SearchInput,
  options: SearchOptions<Entity> = {},
): Promise<SearchPage<Pick<Entity, 'id'>>> => searchPage(em, entity, input, { ...options, only: 'id' });

/** A data exception (class 22): what is compared with a column is no value of its type. */
const isUnfitValue = (error: unknown): boolean => databaseCode(error)?.startsWith('22') ?? false;

/** MikroORM writes values into the text of a statement, and the protocol ends it at a NUL: it would look like a broken connection. */
function refuseNul(input: SearchInput): void {
  JSON.stringify(input, (property, value: unknown) => {
    if (typeof value !== 'string' || !value.includes('\0')) return value;
    throw new ServiceError('INVALID_MESSAGE', {
      details: [{ property, constraints: { matches: 'a text must not hold the character NUL' } }],
    });
  });
}

const columnsOf = <Entity extends object>(
  em: SqlEntityManager,
  entity: EntityName<Entity>,
  renamed: Readonly<Record<string, string>>,
): ColumnOf => {
  const columns = em
    .getMetadata()
    .get(entity)
    .props.filter((property) => property.fieldNames?.length === 1 && property.hidden !== true);
  return (field) => {
    const name = renamed[field] ?? field;
    return columns.find((property) => property.name === name) ?? columns.find((property) => property.fieldNames[0] === name);
  };
};

const isText = (property: EntityProperty): boolean => /^(text|varchar|character varying)/i.test(property.columnTypes[0] ?? '');

const quotedColumn = (alias: string, property: EntityProperty): string => `"${alias}"."${property.fieldNames[0]}"`;

function* filtersOf({ filters = {} }: SearchInput, columnOf: ColumnOf): Generator<Condition> {
  for (const [field, wanted] of Object.entries(filters)) {
    const column = columnOf(field);
    if (column === undefined || wanted === undefined) continue;
    if (typeof wanted === 'boolean') {
      yield { [column.name]: wanted };
      continue;
    }
    if (wanted.length === 0) continue;
    const values = wanted.filter((value) => value !== 'null');
    const oneOf: Condition[] = values.length > 0 ? [{ [column.name]: { $in: values } }] : [];
    yield { $or: values.length < wanted.length ? [...oneOf, { [column.name]: null }] : oneOf };
  }
}

/** One condition for all fields: any value in any field is a match. `%` and `_` are wildcards, as in the published API. */
function* searchOf({ search = {} }: SearchInput, columnOf: ColumnOf): Generator<Condition> {
  const matches = Object.entries(search).flatMap(([field, texts]) => {
    const column = columnOf(field);
    if (column === undefined) return [];
    const key = isText(column) ? column.name : raw((alias: string) => `${quotedColumn(alias, column)}::text`);
    return texts.map((text) => ({ [key as string]: { $ilike: `%${text.replaceAll('\\', String.raw`\\`)}%` } }));
  });
  if (matches.length > 0) yield { $or: matches };
}

/** Falsy bounds are skipped, as the published API does. */
function* rangesOf({ greaterThan = {}, lessThan = {} }: SearchInput, columnOf: ColumnOf): Generator<Condition> {
  for (const [operator, bounds] of [
    ['$gte', greaterThan],
    ['$lte', lessThan],
  ] as const) {
    for (const [field, bound] of Object.entries(bounds)) {
      const column = columnOf(field);
      if (column !== undefined && Boolean(bound)) yield { [column.name]: { [operator]: bound } };
    }
  }
}

/** Ties are broken by the id, so that pages do not overlap, in the same direction, so that an index on both serves either. */
function orderOf({ sortBy, sortDirection = 'asc' }: SearchInput, columnOf: ColumnOf, shortestFirst?: string): readonly Condition[] {
  const column = columnOf(sortBy ?? shortestFirst ?? 'id');
  if (column === undefined) {
    throw new ServiceError('INVALID_MESSAGE', {
      details: [{ property: 'sortBy', constraints: { isColumn: 'sortBy must be a column of what is searched' } }],
    });
  }
  const key = isText(column) ? raw((alias: string) => `${quotedColumn(alias, column)} collate ${COLLATION}`) : column.name;
  const first = { [key as string]: sortDirection };
  if (sortBy === undefined && shortestFirst !== undefined) {
    const length = raw((alias: string) => `length(${quotedColumn(alias, column)})`);
    return [{ [length as never]: sortDirection }, first, { id: sortDirection }];
  }
  return column.name === 'id' || columnOf('id') === undefined ? [first] : [first, { id: sortDirection }];
}
