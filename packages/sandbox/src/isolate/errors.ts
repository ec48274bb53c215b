/** Its text is told to the player who typed the command. Recognized by its name in the stack. */
export class TakaroUserError extends Error {
  override name = 'TakaroUserError';
}

/** A path parameter is missing. */
export class RequiredError extends Error {
  override name = 'RequiredError';
  readonly field: string;

  constructor(field: string, method: string) {
    super(`Required parameter ${field} was null or undefined when calling ${method}.`);
    this.field = field;
  }
}

export interface RequestConfig {
  readonly method: string;
  readonly url: string;
  readonly data?: string;
  readonly headers: Record<string, string>;
}

export interface Response {
  readonly data: unknown;
  readonly status: number;
  readonly statusText: string;
  readonly headers: Record<string, string>;
  readonly config: RequestConfig;
  readonly request: Record<string, unknown>;
}

/** As axios rejects: `error.response.status`, `error.response.data.meta.error.message`. */
export class AxiosError extends Error {
  override name = 'AxiosError';
  readonly isAxiosError = true;
  readonly code: string;
  readonly config: RequestConfig | undefined;
  readonly response: Response | undefined;
  readonly status: number | undefined;

  constructor(message: string, code: string, response?: Response) {
    super(message);
    this.code = code;
    this.response = response;
    this.config = response?.config;
    this.status = response?.status;
  }

  toJSON(): Record<string, unknown> {
    return { message: this.message, name: this.name, stack: this.stack, code: this.code, status: this.status ?? null };
  }
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export const statusTextOf = (status: number): string => STATUS_TEXTS[status] ?? '';
