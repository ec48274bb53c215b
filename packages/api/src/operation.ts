import { ALL_REQUESTS } from '@takaro/contracts/all';
import type { AnyRequest, RestRoute, TextInParts } from '@takaro/contracts/contract';
import { ServiceError } from '@takaro/contracts/errors';
import { UNAVAILABLE } from '@takaro/contracts/unavailable/all';
import type { PublicContract } from '@takaro/contracts/unavailable/unavailable';

/** An operation of the published API as its clients name it. */
export interface Operation {
  /** `<Controller>_<method>`. */
  readonly id: string;
  /** The class of the client that has the method, without the `Api` at its end, such as `GameServer`: generators make one of each tag. */
  readonly tag: string;
  /** The group of the client object, such as `gameserver`: what it calls an object of that class. */
  readonly group: string;
  /** The client method, such as `gameServerControllerSendMessage`. */
  readonly method: string;
  readonly httpMethod: RestRoute['method'];
  /** With `:name` for path parameters. */
  readonly path: string;
  readonly pathParams: readonly string[];
  readonly queryParams: readonly string[];
  /** Properties of the input that stand in headers, with the header's name in lower case. */
  readonly headerParams: Readonly<Record<string, string>>;
  /** Property of the input for the address that the request comes from. */
  readonly addressParam: string | undefined;
  /** Whether an input is left over for the body. */
  readonly hasBody: boolean;
  /** Set where it answers one text part by part. */
  readonly parts?: TextInParts;
  readonly contract: PublicContract;
}

/** Controllers whose methods are in the class of another. */
const TAGS: Readonly<Record<string, string>> = {
  Ban: 'Player',
  ModuleVersion: 'Module',
  ModuleInstallations: 'Module',
  FunctionAssignment: 'Function',
};

/** Groups of the published client whose name does not follow from the class. */
const GROUPS: Readonly<Record<string, string>> = {
  GameServer: 'gameserver',
  CronJob: 'cronjob',
  PlayerOnGameServer: 'playerOnGameserver',
};

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What clients see of a contract with a route. */
export function operationOf(contract: PublicContract, rest: RestRoute): Operation {
  const [controller = '', method = ''] = rest.id.split('_');
  const thing = controller.replace(/Controller$/, '');
  const tag = TAGS[thing] ?? thing;
  const pathParams = [...rest.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const queryParams = rest.query ?? [];
  const headerParams = rest.headers ?? {};
  const named = new Set([...pathParams, ...queryParams, ...Object.keys(headerParams), rest.address]);
  return {
    id: rest.id,
    tag,
    group: GROUPS[tag] ?? lowerFirst(tag),
    method: `${lowerFirst(controller)}${upperFirst(method)}`,
    httpMethod: rest.method,
    path: rest.path,
    pathParams,
    queryParams,
    headerParams,
    addressParam: rest.address,
    hasBody: propertiesOf(contract).some((name) => !named.has(name)) || rest.path.endsWith('/search'),
    ...(rest.parts && { parts: rest.parts }),
    contract,
  };
}

/** What a service is asked. @throws ServiceError NOT_AVAILABLE where none answers the operation yet */
export function answeredContract({ contract }: Operation): AnyRequest {
  if (contract.kind === 'unavailable') throw new ServiceError('NOT_AVAILABLE', { params: { feature: contract.feature } });
  return contract;
}

/** The names of an input's properties; inputs are objects. */
export function propertiesOf({ input }: Pick<PublicContract, 'input'>): string[] {
  const properties: unknown = Reflect.get(input, 'properties');
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

/** Every operation that the public API shows. */
export const OPERATIONS: readonly Operation[] = [...ALL_REQUESTS, ...UNAVAILABLE].flatMap((contract) =>
  contract.rest ? [operationOf(contract, contract.rest)] : [],
);
