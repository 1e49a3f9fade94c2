import { lineAt, rejectFile, rejectValue } from './text.ts'

/**
 * One table of a data block: a loop, or one name with its value. The cells are kept as places in the text and cut out only
 * where they are asked for.
 */
type Table = {
  readonly names: string[]
  /** First and last place of every cell, row by row; a negative start marks a quoted cell (bitwise complement). */
  readonly start: number[]
  readonly end: number[]
}

/** A column of a data block. */
export type Column = {
  readonly rows: number
  /** Text of a row; undefined where the file says `?` or `.`. */
  at(row: number): string | undefined
  /** Line of a row in the file, from one. */
  line(row: number): number
}

export type Block = {
  readonly name: string
  readonly line: number
  /** The column of the first of these names that the block has (small letters, dots of newer dictionaries as _). */
  column(...names: readonly string[]): Column | undefined
}

const TAB = 9
const NEWLINE = 10
const SPACE = 32
const QUOTE = 34
const HASH = 35
const APOSTROPHE = 39
const SEMICOLON = 59
const UNDERSCORE = 95

const blank = (code: number): boolean =>
  code === SPACE || code === NEWLINE || code === TAB || code === 11 || code === 12

/**
 * The data blocks of a CIF, in one pass of linear cost: comments, bare and quoted words, text between lines that begin with
 * a semicolon, loops. Save frames belong to dictionaries and are refused.
 *
 * @param cut  the text is the first part of a file, in whole lines: that something does not end is no fault, rows that are
 *             incomplete do not count; told where a text field begins that does not end
 * Source: Cif11
 */
export const cifBlocks = (text: string, file: string, cut?: (openAt: number) => void): Block[] => {
  const blocks: Block[] = []
  const length = text.length
  const reject = (offset: number, reason: string): never => rejectFile({ file, line: lineAt(text, offset) }, reason)
  let tables = new Map<string, { table: Table; index: number; offset: number }>()
  let name: string | undefined // a data name that waits for its value
  let nameAt = 0
  let loop: Table | undefined
  let loopAt = 0
  let open = false // the loop still takes names
  let at = 0

  const enter = (table: Table, index: number, tag: string, offset: number): void => {
    const key = tag.toLowerCase()
    const twin = tables.get(key)
    if (twin && !Number.isNaN(twin.offset))
      reject(offset, `${tag} stands twice in one data block (first in line ${lineAt(text, twin.offset)})`)
    tables.set(key, { table, index, offset })
    // newer dictionaries part category and name by a dot; names in words are found either way
    const alias = key.replaceAll('.', '_')
    if (!tables.has(alias)) tables.set(alias, { table, index, offset: Number.NaN })
  }
  const close = (): void => {
    if (name !== undefined) reject(nameAt, `${name} has no value`)
    if (loop) {
      const { names, start } = loop
      if (names.length === 0) reject(loopAt, 'loop_ without data names')
      if (start.length % names.length !== 0)
        reject(
          start.length > 0 ? loop.end[start.length - 1] : loopAt,
          `the loop of line ${lineAt(text, loopAt)} has ${names.length} names and ${start.length} values: its last row is incomplete (is the file cut off?)`,
        )
    }
    loop = undefined
    open = false
  }
  const value = (from: number, to: number, quoted: boolean): void => {
    if (name !== undefined) {
      enter({ names: [name], start: [quoted ? ~from : from], end: [to] }, 0, name, nameAt)
      name = undefined
    } else if (loop) {
      open = false
      loop.start.push(quoted ? ~from : from)
      loop.end.push(to)
    } else
      reject(
        from,
        `got ${JSON.stringify(text.slice(from, Math.min(to, from + 40)))} where a data name (_…), loop_ or data_ should stand`,
      )
  }
  const needBlock = (offset: number): void => {
    if (blocks.length === 0) reject(offset, 'a data name before the first data_ block: this is no CIF')
  }

  while (at < length) {
    const code = text.charCodeAt(at)
    if (blank(code)) {
      at++
      continue
    }
    if (code === HASH) {
      const next = text.indexOf('\n', at)
      at = next < 0 ? length : next
      continue
    }
    if (code === SEMICOLON && (at === 0 || text.charCodeAt(at - 1) === NEWLINE)) {
      const next = text.indexOf('\n;', at)
      if (next < 0 && cut) {
        cut(at)
        return blocks
      }
      if (next < 0) reject(at, 'a text field (;) that is never closed')
      value(at + 1, next, true)
      at = next + 2
      continue
    }
    if (code === APOSTROPHE || code === QUOTE) {
      let to = at + 1
      for (;;) {
        const c = text.charCodeAt(to)
        if (to >= length || c === NEWLINE) reject(at, 'a quoted string that is not closed on its line')
        if (c === code && (to + 1 >= length || blank(text.charCodeAt(to + 1)))) break
        to++
      }
      value(at + 1, to, true)
      at = to + 1
      continue
    }
    let to = at + 1
    while (to < length && !blank(text.charCodeAt(to))) to++
    if (code === UNDERSCORE) {
      needBlock(at)
      const tag = text.slice(at, to)
      if (open && loop) {
        enter(loop, loop.names.length, tag, at)
        loop.names.push(tag)
      } else {
        close()
        name = tag
        nameAt = at
      }
    } else {
      const word = to - at < 80 ? text.slice(at, to).toLowerCase() : ''
      if (word.startsWith('data_')) {
        close()
        tables = new Map()
        blocks.push(blockOf(text, text.slice(at + 5, to), at, tables))
      } else if (word === 'loop_') {
        needBlock(at)
        close()
        loop = { names: [], start: [], end: [] }
        loopAt = at
        open = true
      } else if (word.startsWith('save_') || word === 'global_' || word === 'stop_')
        rejectValue(
          { file, line: lineAt(text, at) },
          'reserved word',
          word,
          'data_, loop_ and data names: a dictionary holds no crystal',
        )
      else value(at, to, false)
    }
    at = to
  }
  if (!cut) close()
  return blocks
}

const blockOf = (
  text: string,
  name: string,
  offset: number,
  tables: ReadonlyMap<string, { table: Table; index: number }>,
): Block => ({
  name,
  get line() {
    return lineAt(text, offset) // only where a message needs it: a file may hold many blocks
  },
  column: (...names) => {
    for (const wanted of names) {
      const found = tables.get(wanted)
      if (!found) continue
      const { table, index } = found
      const width = table.names.length
      return {
        rows: Math.floor(table.start.length / width),
        at: row => {
          const start = table.start[row * width + index]
          if (start < 0) return text.slice(~start, table.end[row * width + index])
          const word = text.slice(start, table.end[row * width + index])
          return word === '?' || word === '.' ? undefined : word
        },
        line: row => {
          const start = table.start[row * width + index]
          return lineAt(text, start < 0 ? ~start : start)
        },
      }
    }
    return undefined
  },
})
