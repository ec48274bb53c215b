export { type Api, type ApiCaller, createApi } from './api.ts';
export type { OperationArguments } from './arguments.ts';
export { type Envelope, failure, isPaged, type OperationResponse } from './envelope.ts';
export { checkPagination } from './pagination.ts';
export { type Operation, OPERATIONS, propertiesOf } from './operation.ts';
