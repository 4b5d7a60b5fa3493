import { SignalboxError, textOf } from '../error.js';

export function failed(folder: string, error: unknown): SignalboxError {
  return new SignalboxError(
    'SPOOL_FAILED',
    `the spool in '${folder}' cannot be written: ${textOf(error)}`,
    undefined,
    error,
  );
}
