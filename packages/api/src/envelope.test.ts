import { request } from '@takaro/contracts/contract';
import { ServiceError } from '@takaro/contracts/errors';
import { Page, Strict } from '@takaro/contracts/shapes';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { failure, success } from './envelope.ts';

const contractOf = (output: ReturnType<typeof Page> | ReturnType<typeof Type.Object>) =>
  request({ service: 'players', operation: 'try', permission: [], input: Strict({}), output, errors: [] });

test('a page becomes its rows, with page, limit and total beside them', () => {
  const { status, body } = success(contractOf(Page(Type.Object({}))), { rows: [{ id: 1 }], page: 0, limit: 100, total: 1 });

  expect(status).toBe(200);
  expect(body).toEqual({ meta: { page: 0, limit: 100, total: 1 }, data: [{ id: 1 }] });
});

test('a result that happens to look like a page stays whole where the contract says no page', () => {
  const output = { rows: [], page: 0, limit: 1, total: 0 };

  expect(success(contractOf(Type.Object({})), output).body).toEqual({ meta: {}, data: output });
});

test('a failure shows its published name, its filled message and its details', () => {
  const { status, body } = failure(new ServiceError('INVALID_MESSAGE', { details: [{ property: 'name' }] }));

  expect(status).toBe(400);
  expect(body).toMatchObject({ meta: { error: { code: 'ValidationError', details: [{ property: 'name' }] } }, data: {} });
});

test('an error that is no part of a contract shows nothing of itself', () => {
  const { status, body } = failure(new Error('select * from "secrets" at /var/lib'));

  expect(status).toBe(500);
  expect(JSON.stringify(body)).not.toContain('secrets');
  expect(body.meta).toEqual({ error: { code: 'InternalServerError', message: 'Internal error' } });
});
