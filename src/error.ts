/** What went wrong, in one word a program can branch on. */
export type ErrorCode = 'input' | 'method'

/**
 * The one error class. `input`: the caller's data is refused (exit code 2); `method`: a numerical method failed
 * although the input was good (exit code 3; `partial` holds what was computed up to then).
 */
export class SimulationError extends Error {
  readonly code: ErrorCode
  /** Where: file and field of an input, or time and unknown of a method. */
  readonly at: string
  /** What was computed before the failure, if anything. */
  readonly partial: unknown

  constructor(message: string, options: { code: ErrorCode; at?: string; partial?: unknown; cause?: unknown }) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'SimulationError'
    this.code = options.code
    this.at = options.at ?? ''
    this.partial = options.partial
  }

  /** By name: the bundled command line and a file of the library it loads each hold a copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'SimulationError' && 'code' in value
  }
}

/** Refuse an input at the door: field, value seen and what is allowed. */
export const refuse = (field: string, got: unknown, allowed: string): never => {
  throw new SimulationError(`${field}: got ${shown(got)}, allowed: ${allowed}`, { code: 'input', at: field })
}

/** An error of ours with the place it comes from before its words; any other stays as it is. */
export const placed = (error: unknown, where: string): unknown =>
  error instanceof SimulationError
    ? new SimulationError(`${where}: ${error.message}`, { code: error.code, at: where, cause: error })
    : error

const shown = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value)
  if (typeof value === 'number' || typeof value === 'boolean' || value == null) return String(value)
  return Array.isArray(value) ? `a list of ${value.length}` : `a ${typeof value}`
}
