/** The row of one error code. */
export interface ErrorSpec {
  /** HTTP status that the gateway answers with. */
  readonly status: number;
  /** `meta.error.code` of the REST API, such as `NotFoundError`. */
  readonly name: string;
  /** True when the same message may succeed later. Consumers try it again with growing delays. */
  readonly retry: boolean;
  /** Safe to show to any caller; `{name}` gaps are filled from the error's params. Private facts go to `cause`. */
  readonly message: string;
}
