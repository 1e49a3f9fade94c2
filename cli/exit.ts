import { SimulationError } from '../src/error.ts'

/** What the shell is told. Physical ends of any kind are 0. */
export const exitCode = { done: 0, input: 2, method: 3, interrupted: 130 } as const

/**
 * Print an error for a reader and return the exit code: input that is refused and methods that fail are one clean message;
 * anything else is our mistake and keeps its stack.
 */
export const report = (error: unknown): number => {
  if (error instanceof SimulationError) {
    process.stderr.write(`dualion: ${error.message}\n`)
    return error.code === 'input' ? exitCode.input : exitCode.method
  }
  const system = error as NodeJS.ErrnoException
  if (typeof system?.syscall === 'string') {
    process.stderr.write(`dualion: ${fileTrouble(system)}\n`)
    return exitCode.input
  }
  process.stderr.write(`dualion: unexpected error, please report it\n${(error as Error)?.stack ?? String(error)}\n`)
  return exitCode.method
}

const fileTrouble = (error: NodeJS.ErrnoException): string => {
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file or folder',
    EACCES: 'no permission',
    EPERM: 'no permission',
    EROFS: 'the file system is read-only',
    ENOSPC: 'no space left on the disk',
    EEXIST: 'something else of that name is there already',
    ENOTDIR: 'a part of the path is not a folder',
    ENAMETOOLONG: 'the name is too long',
  }
  // a write that fails half way knows no path
  return `${error.path ?? 'a file that was to be written'}: ${words[error.code ?? ''] ?? error.code}`
}
