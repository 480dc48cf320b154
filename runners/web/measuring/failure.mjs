// Tells what an engine's failure means.

// OrtErrorCode: ORT_NOT_IMPLEMENTED, a kernel that the build lacks, and ORT_INVALID_GRAPH,
// a data type that an operator is not defined for.
const unsupportedCodes = [9, 10];

/** A failure that is no mistake: this engine cannot run this network. */
export class Unsupported extends Error {}

/**
 * The answer that a failure is. `broken` says that the engine is not to be used again: what
 * does not come with one of its codes has ended it half way (memory that ran out, a trap).
 */
export function answerOf(failure) {
  const reason = failure instanceof Error ? failure.message || String(failure) : String(failure);
  const code = /ERROR_CODE: (\d+)/.exec(reason)?.[1];
  const known = code !== undefined && unsupportedCodes.includes(Number(code));
  if (failure instanceof Unsupported || known || /No Op registered for/.test(reason)) return { unsupported: reason };
  return { error: reason, broken: code === undefined };
}
