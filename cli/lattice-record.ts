import { appendFileSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { refuse } from '../src/error.ts'

/** Parts of a long run that are done, kept beside its output until the whole is, so that `--resume` goes on from them. */
export type RunRecord = {
  readonly file: string
  readonly done: ReadonlyMap<string, unknown>
  /** Append a part under its name; a later one of the same name counts. */
  readonly keep: (name: string, value: unknown) => void
  readonly finish: () => Promise<void>
}

/**
 * @param file    of the record
 * @param id      text that tells this run from others: model, options
 * @param resume  go on from what is there
 */
export const openRecord = async (file: string, id: string, resume: boolean): Promise<RunRecord> => {
  const head = `${JSON.stringify({ format: 'dualion run record', version: 1, id })}\n`
  const done = new Map<string, unknown>()
  const old = resume ? await readFile(file, 'utf8').catch(() => undefined) : undefined
  if (old === undefined) {
    if (resume) process.stderr.write(`note: no record ${file}; starting anew\n`)
    await writeFile(file, head)
  } else {
    // the last line may have been cut off
    const text = old.slice(0, old.lastIndexOf('\n') + 1)
    if (!text.startsWith(head))
      refuse(
        file,
        'the record of another run, or of this one with other options',
        'its own; leave out --resume to start anew',
      )
    for (const line of text.slice(head.length).split('\n')) {
      if (line === '') continue
      try {
        const { name, value } = JSON.parse(line)
        done.set(name, value)
      } catch {
        refuse(file, 'a line that is not readable', 'a record; leave out --resume to start anew')
      }
    }
    if (text !== old) await writeFile(file, text)
    process.stderr.write(`going on from ${file}\n`)
  }
  return {
    file,
    done,
    keep: (name, value) => {
      done.set(name, value)
      appendFileSync(file, `${JSON.stringify({ name, value })}\n`)
    },
    finish: () => rm(file, { force: true }),
  }
}
