import { cifBlocks } from './cif-blocks.ts'
import { cifCell, cifSites } from './cif-sites.ts'
import { readFrames } from './extxyz.ts'
import { readPoscar } from './poscar.ts'
import { decoded, largestText, lineAt, rejectFile, zeroByte } from './text.ts'

/** Of a file that is too long so much is looked through for what is wrong [bytes]. */
const lookedThrough = 4_000_000
/** A line longer than this [bytes] is none of a format of lines. */
const longestLine = 1_000_000

const [NEWLINE, SEMICOLON] = [10, 59]

/**
 * Refuse a file that is longer than is read: where it is malformed in its first part that line, else the line at which the
 * limit falls. Only the first `largestText` bytes are looked at, however long the file is.
 *
 * @param format  by the name of the file; undefined where it does not tell
 */
export const refuseLong = (input: string | Uint8Array, file: string, format: string | undefined): never => {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input.slice(0, largestText)) : input
  const within = bytes.subarray(0, largestText)
  const cut = within.lastIndexOf(NEWLINE, lookedThrough) + 1
  const head = decoded(within.subarray(0, cut || lookedThrough), file) // refuses what is packed, binary, UTF-16
  const zero = within.indexOf(0)
  if (zero >= 0) rejectFile({ file, line: linesIn(within, zero).count }, zeroByte)
  const opening = /^\s*[[{]/.test(head)
  const json = format === 'json' || format === 'pymatgen' || format === 'optimade' || (format === undefined && opening)
  const lines = (length: number): number => {
    const { count, long } = linesIn(within, Math.min(length, within.length))
    if (long > 0 && !json)
      rejectFile({ file, line: long }, `a line of more than ${longestLine} characters: this is no file of a structure`)
    return count
  }
  if (json) {
    if (!opening) rejectFile({ file, line: 1 }, 'this is no JSON: it begins with neither { nor [')
  } else {
    lines(lookedThrough)
    if (format === 'extxyz') for (const _frame of readFrames([head], file, { part: true }));
    else if (format === 'poscar') faultOfPoscar(head, file)
    else if (format === 'cif' || /^\s*data_/im.test(head.slice(0, 100_000)))
      faultOfCif(head, within.subarray(cut), file)
  }
  return rejectFile(
    { file, line: lines(within.length) },
    `the file goes on beyond its first ${largestText} bytes, which end in this line, allowed: at most so many (a million atoms); keep the data block or the configuration that is meant`,
  )
}

/** Lines that the first bytes reach into, and the first of them that is far too long, 0 where none is. */
const linesIn = (bytes: Uint8Array, length: number): { readonly count: number; readonly long: number } => {
  let count = 1
  let long = 0
  let from = 0
  for (let to = bytes.indexOf(NEWLINE); ; to = bytes.indexOf(NEWLINE, from)) {
    const end = to < 0 || to >= length ? length : to
    if (long === 0 && end - from > longestLine) long = count
    if (end === length) return { count, long }
    from = end + 1
    count++
  }
}

/** What is wrong with the first part of a CIF: words, the cell, and the rows of atoms that are there. */
const faultOfCif = (head: string, rest: Uint8Array, file: string): void => {
  const blocks = cifBlocks(head, file, offset => {
    if (!closes(rest))
      rejectFile(
        { file, line: lineAt(head, offset) },
        `a text field (;) that is not closed within ${largestText} bytes of the file`,
      )
  })
  for (const block of blocks) {
    const has = (...names: readonly string[]) => block.column(...names) !== undefined
    if (!['a', 'b', 'c'].every(axis => has(`_cell_length_${axis}`))) continue
    const cell = cifCell(block, file, () => {})
    const sites = block.column('_atom_site_fract_x', '_atom_site_cartn_x')
    const complete = ['fract', 'cartn'].some(kind => ['x', 'y', 'z'].every(axis => has(`_atom_site_${kind}_${axis}`)))
    if (sites && sites.rows > 0 && complete && has('_atom_site_type_symbol', '_atom_site_label'))
      cifSites(block, cell, file, () => {})
  }
}

/** Whether a line begins with a semicolon. */
const closes = (bytes: Uint8Array): boolean => {
  if (bytes[0] === SEMICOLON) return true
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1))
    if (bytes[at + 1] === SEMICOLON) return true
  return false
}

/** What is wrong with the first lines of a POSCAR; that they end early is not. */
const faultOfPoscar = (head: string, file: string): void => {
  const last = lineAt(head, head.length) - 1
  try {
    readPoscar(head, file)
  } catch (error) {
    const line = Number(/, line (\d+)$/.exec((error as { at?: string }).at ?? '')?.[1] ?? last)
    if (line < last) throw error
  }
}
