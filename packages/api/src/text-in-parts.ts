import type { Bus } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { Part } from '@takaro/contracts/shapes';
import { matches } from '@takaro/contracts/validate';
import type { ApiCaller } from './api.ts';
import { inputOf, type OperationArguments } from './arguments.ts';
import { answeredContract, type Operation } from './operation.ts';

/** Asks for the next part when the one before is taken. @throws ServiceError */
export async function* textInParts(
  bus: Bus,
  operation: Operation,
  args: OperationArguments,
  callerOf: () => Promise<ApiCaller>,
): AsyncGenerator<string> {
  const { parts } = operation;
  const contract = answeredContract(operation);
  const input = inputOf(operation, args);
  for (let next: string | null | undefined; next !== null;) {
    const { token, domainId } = await callerOf();
    if (!token) throw new ServiceError('UNAUTHENTICATED');
    const position = parts && next !== undefined ? { [parts.cursor]: next } : {};
    const part = await bus.callAny(contract, { ...input, ...position }, { domainId, token });
    if (!matches<Part>(Part, part)) throw new Error(`${operation.id} does not answer in parts`);
    yield part.text;
    next = part.next;
  }
}
