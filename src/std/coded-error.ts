/** `folder/what-went-wrong`. Codes are never reused; commands map them to exit codes. */
export type ErrorCode = `${string}/${string}`;

/**
 * Trouble that an operator can mend. The message is lower-case, without a full stop, holds user
 * text in backticks and says where the trouble lies and what to do.
 */
export class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
