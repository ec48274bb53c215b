import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { LIMITS } from './limits.ts';
import { Nullable, OneOf, Strict } from './shapes.ts';

interface SearchFields {
  /** Exact matches: an array of values (OR), or a bare boolean for a field that is one. The string `null` stands for SQL NULL. */
  readonly filters?: Readonly<Record<string, TSchema>>;
  /** Substring matches in which `%` and `_` are wildcards, OR over all fields and values. */
  readonly search?: readonly string[];
  /** Fields that take part in `greaterThan` (>=) and `lessThan` (<=). */
  readonly ranges?: Readonly<Record<string, TSchema>>;
  /** `ignored`: any name is taken, and none has an effect. */
  readonly extend?: readonly string[] | 'ignored';
}

/** A bare boolean only where the column is one: PostgreSQL compares nothing else with it. */
function filterOf(schema: TSchema): TSchema {
  const values = Type.Array(Type.Union([schema, Type.Literal('null')]), { maxItems: LIMITS.pageLimitMax });
  return Type.Optional(Reflect.get(schema, 'type') === 'boolean' ? Type.Union([values, Type.Boolean()]) : values);
}

const allOptional = (fields: Readonly<Record<string, TSchema>>): TSchema =>
  Type.Optional(Strict(Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, Type.Optional(schema)]))));

/** What the fields of a search may hold, for code that treats all searches alike. */
export interface SearchInput {
  readonly filters?: Readonly<Record<string, readonly unknown[] | boolean>>;
  readonly search?: Readonly<Record<string, readonly string[]>>;
  readonly greaterThan?: Readonly<Record<string, unknown>>;
  readonly lessThan?: Readonly<Record<string, unknown>>;
  readonly extend?: readonly string[];
  readonly sortBy?: string;
  readonly sortDirection?: 'asc' | 'desc';
  readonly page?: number;
  readonly limit?: number;
}

/** A bound that is null bounds nothing. */
const rangesOf = (ranges: SearchFields['ranges']): TSchema =>
  ranges ? allOptional(Object.fromEntries(Object.entries(ranges).map(([name, schema]) => [name, Nullable(schema)]))) : AnyRange;

/** Searches that declare no ranges take any column all the same, as the published API does; what is no value of its type is refused. */
const AnyRange = Type.Optional(
  Type.Record(Type.String({ pattern: '^[a-zA-Z]{1,64}$' }), Type.Union([Type.String({ maxLength: 100 }), Type.Number(), Type.Null()]), {
    additionalProperties: false,
  }),
);

function extendOf(extend: NonNullable<SearchFields['extend']>): TSchema {
  if (extend === 'ignored') return Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 });
  return Type.Array(extend.length > 0 ? OneOf(extend) : Type.Never());
}

/** The body of a `POST …/search`: only the listed fields, everything optional. */
export const Search = ({ filters = {}, search = [], ranges, extend = [] }: SearchFields) =>
  Type.Unsafe<SearchInput>(
    Strict({
      filters: Type.Optional(Strict(Object.fromEntries(Object.entries(filters).map(([name, schema]) => [name, filterOf(schema)])))),
      search: Type.Optional(
        Strict(
          Object.fromEntries(search.map((name) => [name, Type.Optional(Type.Array(Type.String({ maxLength: 1_000 }), { maxItems: 100 }))])),
        ),
      ),
      greaterThan: rangesOf(ranges),
      lessThan: rangesOf(ranges),
      extend: Type.Optional(extendOf(extend)),
      sortBy: Type.Optional(Type.String({ pattern: '^[a-zA-Z]{1,64}$' })),
      sortDirection: Type.Optional(OneOf(['asc', 'desc'])),
      page: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageLimitMax })),
    }),
  );

/** A search with properties beside it, such as those that stand in the path. */
export const SearchWith = <Properties extends Record<string, TSchema>>(properties: Properties, fields: SearchFields) =>
  Type.Unsafe<SearchInput & Static<TObject<Properties>>>(Strict({ ...properties, ...Reflect.get(Search(fields), 'properties') }));
