import { p } from '@mikro-orm/postgresql';
import { newId } from '@takaro/contracts/ids';

/** The columns of every table: `defineEntity({ …, properties: { ...rowProperties, name: p.text() } })`. */
export const rowProperties = {
  id: p
    .uuid()
    .primary()
    .onCreate(() => newId()),
  createdAt: p
    .datetime()
    .columnType('timestamptz(3)')
    .onCreate(() => new Date()),
  updatedAt: p
    .datetime()
    .columnType('timestamptz(3)')
    .onCreate(() => new Date())
    .onUpdate(() => new Date()),
};
