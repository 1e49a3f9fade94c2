import { SimulationError } from '../../error.ts'

/** Where in a file something stands: its name, and the line counted from one. */
export type Place = { readonly file: string; readonly line?: number }

/**
 * Largest text that is read as one piece [bytes]: a million atoms take about as much in any of the formats, and ten times as
 * much memory on the way. What is longer holds more than the crystal; files of many frames are read as a stream.
 */
export const largestText = 64_000_000

/** Most atoms of one cell. */
export const mostAtoms = 1_000_000

export const placeOf = ({ file, line }: Place): string => (line === undefined ? file : `${file}, line ${line}`)

/** Refuse a file: place and reason. */
export const rejectFile = (place: Place, reason: string): never => {
  throw new SimulationError(`${placeOf(place)}: ${reason}`, { code: 'input', at: placeOf(place) })
}

/** Refuse a value: place, what it is, what was found and what is allowed. */
export const rejectValue = (place: Place, what: string, got: string, allowed: string): never =>
  rejectFile(place, `${what}: got ${shortened(got)}, allowed: ${allowed}`)

export const shortened = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text)

/** Line of an offset into a text, from one. */
export const lineAt = (text: string, offset: number): number => {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

export const zeroByte = 'a zero byte: this is no text file (or it is damaged)'

/**
 * The text of a file of a format that is text. Files of other kinds are refused: packed, binary, UTF-16, empty.
 * Lines end in \n afterwards.
 */
export const textOf = (input: string | Uint8Array, file: string): string => {
  const text = typeof input === 'string' ? input : decoded(input, file)
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text
  const zero = plain.indexOf('\u0000')
  if (zero >= 0) rejectFile({ file, line: lineAt(plain, zero) }, zeroByte)
  if (plain.trim() === '') rejectFile({ file }, 'the file is empty')
  return plain.includes('\r') ? plain.replace(/\r\n?/g, '\n') : plain
}

/** Text of bytes: UTF-8, else one byte a letter. */
export const decoded = (bytes: Uint8Array, file: string): string => {
  const place = { file, line: 1 }
  const packed =
    bytes[0] === 0x1f && bytes[1] === 0x8b ? 'gzip' : bytes[0] === 0x50 && bytes[1] === 0x4b ? 'zip' : undefined
  if (packed) rejectFile(place, `the file is packed (${packed}); unpack it first`)
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    rejectFile(place, 'the text is UTF-16; save it again as UTF-8')
  if (bytes.subarray(0, 4096).includes(0)) rejectFile(place, 'the file is binary, not text')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // older files write ° and ö in one byte; such letters stand only in remarks
    return new TextDecoder('latin1').decode(bytes)
  }
}

/** Parse JSON; what is none is refused with its line. */
export const jsonOf = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const message = (error as Error).message
    const position = /at position (\d+)/.exec(message)
    const line = lineAt(text, position ? Number(position[1]) : text.length)
    return rejectFile({ file, line }, `this is no JSON: ${message.replace(/ in JSON at position.*| \(line.*\)$/s, '')}`)
  }
}

/** Longest word that is looked at as a number. */
export const longestNumber = 100

/** A number as the formats write it, Fortran's 1.0D-3 included; NaN where it is none. */
export const numberFrom = (word: string): number => {
  if (word === '' || word.length > longestNumber) return Number.NaN
  const value = Number(word)
  if (Number.isFinite(value)) return /^[-+]?0[xob]/i.test(word) ? Number.NaN : value
  return /^[-+]?(\d+\.?\d*|\.\d+)[dD][-+]?\d+$/.test(word) ? Number(word.replace(/[dD]/, 'e')) : Number.NaN
}
