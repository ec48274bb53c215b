/** An operation that functions may call: the name of the client's method, and where its arguments go. */
export interface SandboxOperation {
  /** Property of `takaro`, such as `gameserver`. */
  readonly group: string;
  /** Such as `gameServerControllerSendMessage`. */
  readonly method: string;
  readonly operationId: string;
  readonly httpMethod: string;
  /** With `:name` for path parameters. */
  readonly path: string;
  /** Positional arguments come in this order: path, query, body, options. */
  readonly pathParams: readonly string[];
  readonly queryParams: readonly string[];
  readonly hasBody: boolean;
}

/** What a function asks of the host. */
export interface HostRequest {
  readonly operationId: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Undefined where the operation takes no body. */
  readonly body?: unknown;
}

/** What the host answers: an HTTP status and the envelope. */
export interface HostReply {
  readonly status: number;
  readonly body: unknown;
}
