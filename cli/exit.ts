import { SimulationError } from '../src/error.ts'

/** What the shell is told. Physical ends of any kind are 0. */
export const exitCode = { done: 0, input: 2, method: 3, interrupted: 130 } as const

/**
 * Ctrl-C ends the process where it stands, by the signal itself: for what never looks up, and for a pipe that may never
 * speak (a process that exits in order would wait for it).
 */
export const endBySignal = (): void => {
  process.removeAllListeners('SIGINT')
}

/**
 * Print an error for a reader and return the exit code: input that is refused and methods that fail are one clean message;
 * anything else is our mistake and keeps its stack.
 */
export const report = (error: unknown): number => {
  if (error instanceof SimulationError) {
    process.stderr.write(`dualion: ${printable(error.message)}\n`)
    return error.code === 'input' ? exitCode.input : exitCode.method
  }
  const system = error as NodeJS.ErrnoException
  if (typeof system?.syscall === 'string') {
    process.stderr.write(`dualion: ${printable(fileTrouble(system))}\n`)
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
    ELOOP: 'a link that leads to itself',
    EIO: 'the device does not answer',
  }
  // what fails half way knows no path
  const unnamed = error.syscall === 'read' ? 'a file that was to be read' : 'a file that was to be written'
  return `${error.path ?? unnamed}: ${words[error.code ?? ''] ?? error.code}`
}

/** Text from a file without what a terminal would obey: colours, moves of the cursor, bells. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const printable = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\uFFFD')
