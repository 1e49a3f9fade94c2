import { access, constants, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { refuse } from '../src/error.ts'

/** Longest name of a file that every usual file system takes [bytes]. */
const longestName = 255

/** A file that a command will write: what the user calls it by (`--csv`, `output`), and its name; `-` is standard output. */
export type OutputFile = { readonly option: string; readonly file: string }

/**
 * Refuses what cannot be written before anything is read or computed: a folder, a place without permission, two outputs in
 * one file, an output over an input. Files are the same when their real paths are, links and `..` followed, or when they
 * are one file under two names.
 *
 * @param inputs files that the command reads
 */
export const checkOutputs = async (outputs: readonly OutputFile[], inputs: readonly string[] = []): Promise<void> => {
  const taken = new Map<string, string>()
  for (const input of inputs) for (const name of await namesOf(input)) taken.set(name, 'the input')
  for (const { option, file } of outputs) {
    if (file === '-') continue
    if (file.trim() === '') refuse(option, file, 'the name of a file, or - for standard output')
    const there = await stat(file).catch(() => undefined)
    if (there?.isDirectory()) refuse(option, file, 'the name of a file; this is a folder')
    if (Buffer.byteLength(basename(file)) > longestName) refuse(option, file, `a name of at most ${longestName} bytes`)
    await access(there ? file : dirname(file), constants.W_OK).catch(() =>
      refuse(option, file, 'a file in a folder that exists and may be written to'),
    )
    if (there && !there.isFile()) continue // a pipe or /dev/null may be named twice
    for (const name of await namesOf(file)) {
      const owner = taken.get(name)
      if (owner !== undefined && owner !== option) refuse(option, file, `another file than ${owner}`)
      taken.set(name, option)
    }
  }
}

/** What tells a file from another: its real path, and where it exists its number on its disk. */
const namesOf = async (file: string): Promise<string[]> => {
  const there = await stat(file).catch(() => undefined)
  // a pipe of the shell has no path
  if (there) return [await realpath(file).catch(() => file), ...(there.ino > 0 ? [`${there.dev}:${there.ino}`] : [])]
  const folder = await realpath(dirname(file)).catch(() => dirname(file))
  return [join(folder, basename(file))]
}
