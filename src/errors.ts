// One error class for everything a person can cause or meet: a stable code to test for, one sentence to read.

/** What kind of thing went wrong; stable, so that programs can branch on it. */
export type ErrorCode =
  | "invalid_argument" // an option or a call's argument is out of range or of the wrong type
  | "file_not_found"
  | "file_unreadable" // it exists but cannot be read: permissions, a directory, an I/O error
  | "invalid_data" // text or table contents are not what was asked for
  | "invalid_run" // a run folder, checkpoint or tokenizer that cannot be opened
  | "unsupported_version" // written by a newer Wordloom
  | "disk_full" // or any other failure to write
  | "device_unavailable"
  | "shape_mismatch" // a model was traced with shapes that do not fit
  | "non_finite_loss"
  | "interrupted"
  | "internal";

/**
 * The one error class of the library. `message` is one sentence: what was wrong, where, and what to do about it.
 * The command line prints it and exits with 2, or with 1 when `code` is `"internal"`.
 */
export class WordloomError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "WordloomError";
    this.code = code;
  }
}
