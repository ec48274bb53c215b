import type { Bus } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { inputOf, type OperationArguments } from './arguments.ts';
import { failure, isPage, type OperationResponse, success } from './envelope.ts';
import { answeredContract, type Operation, OPERATIONS } from './operation.ts';
import { checkPagination } from './pagination.ts';
import { extendRows, relationsOf, type Row } from './relations.ts';
import { textInParts } from './text-in-parts.ts';

/** Who calls, in which domain; nothing of it for public operations. */
export interface ApiCaller {
  /** A bus token, or where to ask for it at each try. */
  readonly token?: string | (() => string) | undefined;
  readonly domainId?: string | undefined;
}

/** The public API as a function. */
export interface Api {
  readonly operations: readonly Operation[];
  /** Never rejects: a failure is a response with its status and the error envelope. */
  call(operationId: string, args: OperationArguments, caller: ApiCaller): Promise<OperationResponse>;
  /**
   * The text of an operation with `parts`, one part at a time. The caller is asked for each time, so that an answer may take longer than a
   * token lives, and ends with the session.
   * @throws ServiceError
   */
  textOf(operation: Operation, args: OperationArguments, callerOf: () => Promise<ApiCaller>): AsyncGenerator<string>;
}

/** The gateway puts HTTP in front of it, the runner puts it behind `takaro.*` of functions: both behave the same to the letter. */
export function createApi(bus: Bus): Api {
  const byId = new Map(OPERATIONS.map((operation) => [operation.id, operation]));
  return {
    operations: OPERATIONS,
    call: async (operationId, args, caller) => {
      const operation = byId.get(operationId);
      if (!operation) return failure(new ServiceError('OPERATION_UNKNOWN'));
      try {
        checkPagination(args);
        return success(operation.contract, await ask(bus, operation, args, caller));
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code === 'INTERNAL') bus.log.error({ operation: operationId, err: error });
        return failure(error);
      }
    },
    textOf: (operation, args, callerOf) => textInParts(bus, operation, args, callerOf),
  };
}

async function ask(bus: Bus, operation: Operation, args: OperationArguments, { token, domainId }: ApiCaller): Promise<unknown> {
  if (operation.contract.access.kind !== 'public' && !token) throw new ServiceError('UNAUTHENTICATED');
  const contract = answeredContract(operation);
  const input = inputOf(operation, args);
  const scope = contract.scope === 'domain' ? { domainId } : {};
  const output = await bus.callAny(contract, input, { ...scope, token });
  const relations = relationsOf(operation.id, Array.isArray(input['extend']) ? input['extend'] : []);
  if (relations.length === 0 || !token || !domainId) return output;
  if (isPage(output)) return { ...output, rows: await extendRows(bus, relations, output.rows, { domainId, token }) };
  return isRow(output) ? (await extendRows(bus, relations, [output], { domainId, token }))[0] : output;
}

const isRow = (output: unknown): output is Row => typeof output === 'object' && output !== null && !Array.isArray(output);
