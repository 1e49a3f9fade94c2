import { SimulationError } from '../error.ts'

/** Largest file that is read [bytes]. */
const usualLargest = 20_000_000

/**
 * The text of a file: UTF-8 without its mark.
 *
 * @throws SimulationError (`input`) for other encodings, files that are empty or too large
 */
export const decoded = (text: string | Uint8Array, fileName: string, largest = usualLargest): string => {
  const fail = (why: string): never => {
    throw new SimulationError(`${fileName}: ${why}`, { code: 'input', at: fileName })
  }
  if (text.length > largest)
    fail(`${text.length} ${typeof text === 'string' ? 'characters' : 'bytes'}, allowed: at most ${largest}`)
  let plain: string
  if (typeof text === 'string') plain = text
  else {
    const utf16 =
      (text[0] === 0xff && text[1] === 0xfe) ||
      (text[0] === 0xfe && text[1] === 0xff) ||
      text.subarray(0, 64).includes(0)
    if (utf16) fail('the text is UTF-16 (or not a text at all), allowed: UTF-8; save it again as UTF-8')
    try {
      plain = new TextDecoder('utf-8', { fatal: true }).decode(text)
    } catch {
      return fail('the text is not UTF-8; save it again as UTF-8')
    }
  }
  if (plain.startsWith('\uFEFF')) plain = plain.slice(1)
  if (plain.slice(0, 64).includes('\u0000') || plain.startsWith('\uFFFD\uFFFD')) {
    fail('the text is UTF-16 (or not a text at all), allowed: UTF-8; save it again as UTF-8')
  }
  if (plain.trim() === '') fail('the file is empty')
  return plain
}
