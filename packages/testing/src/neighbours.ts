import { type Answer, answers, type Bus, type Caller, serve } from '@takaro/bus';
import { ALL_REQUESTS } from '@takaro/contracts/all';
import type { AnyRequest, RequestContract } from '@takaro/contracts/contract';
import { linkDomain, provisionDomain, removeDomain } from '@takaro/contracts/platform';
import { sample } from './sample.ts';

/** What a neighbour answers instead of a minimal valid instance of its output. */
export type Respond<In, Out> = (input: In, caller: Caller) => Out | Promise<Out>;

/**
 * Answers one operation in place of the service that owns it. Token, permission, input and answer are checked by the contract as the
 * real one does, so that neither side can drift from it.
 */
export const neighbour = <In, Out>(bus: Bus, contract: RequestContract<In, Out>, respond?: Respond<In, Out>): Promise<AsyncDisposable> =>
  serve(bus, [answerOf(contract, respond)]);

/** For `neighbours`: how one operation is answered. */
export const answerOf = <In, Out>(
  contract: RequestContract<In, Out>,
  respond: Respond<In, Out> = () => sample<Out>(contract.output),
): Answer => answers(contract, async (input, caller) => respond(input, caller));

/** Answers every operation of the service whose bus this is, each with a sample of its output where `overrides` has nothing better. */
export function neighbours(bus: Bus, overrides: readonly Answer[] = []): Promise<AsyncDisposable> {
  const own = ALL_REQUESTS.filter(({ service }) => service === bus.service).filter(isNoProvisioning);
  const rest = own.filter(({ operation }) => !overrides.some(({ contract }) => contract.operation === operation));
  return serve(bus, [...overrides, ...rest.map((contract) => answerOf<never, unknown>(contract))]);
}

/** A world provisions the tables of its neighbours for real. */
const isNoProvisioning = ({ service, operation }: AnyRequest): boolean =>
  ![provisionDomain(service), linkDomain(service), removeDomain(service)].some((contract) => contract.operation === operation);
