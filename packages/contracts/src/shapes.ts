import { type Static, Type, type TSchema } from 'typebox';

/** Any RFC 9562 UUID: v7 for rows, v8 for derived ids, others from outside. */
export const Uuid = Type.String({ format: 'uuid' });

/** ISO 8601 instant with milliseconds and `Z`. */
export const Instant = Type.String({ format: 'date-time' });

/** A domain's readable slug, such as `heavy-otters-joke`. It names the schema, so it is checked wherever it enters. */
export const DOMAIN_ID_PATTERN = '^[a-z0-9][a-z0-9-]{0,47}$';
export const DomainId = Type.String({ pattern: DOMAIN_ID_PATTERN });

/** Present and possibly null: the published API shows nullable columns as an explicit null. */
export const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** A fixed set of strings as a JSON Schema enum. */
export const OneOf = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>({ type: 'string', enum: [...values] });

/** The columns that every row shows, last. */
export const rowColumns = { id: Uuid, createdAt: Instant, updatedAt: Instant };

/** An object that admits no unknown property: the API refuses them instead of dropping them silently. */
export const Strict = <Properties extends Record<string, TSchema>>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });

/** What an operation without a result answers. */
export const Empty = Type.Object({}, { additionalProperties: false });

/** What a search answers: a page of rows and the size of the whole filtered set. `page` counts from 0. */
export const Page = <Row extends TSchema>(row: Row) =>
  Type.Object({
    rows: Type.Array(row),
    page: Type.Integer({ minimum: 0 }),
    limit: Type.Integer({ minimum: 1 }),
    total: Type.Integer({ minimum: 0 }),
  });

/** One part of a text, and how to ask for the next; null where it was the last. */
export const Part = Strict({ text: Type.String(), next: Nullable(Type.String()) });
export type Part = Static<typeof Part>;
