/** When a step of a sentence begins, and the words it is found by. */
import { fail, type Scanner, skipSpace, takeIf, takeQuantity, unexpected } from './sentence-scan.ts'

const datePattern = /(\d{4})-(\d\d)-(\d\d)(?:[T \t]+(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?)?/y

/** After `starting at`: a time since the begin of the run, or a date, as seconds since 1970 of a clock without time zones. */
export const takeStart = (s: Scanner): number => {
  skipSpace(s)
  datePattern.lastIndex = s.at
  const found = datePattern.exec(s.text)
  if (found) {
    const start = s.at
    s.at += found[0].length
    const [year, month, day, hour = 0, minute = 0, second = 0] = found.slice(1).map(part => Number(part ?? 0))
    const milliseconds = Date.UTC(year, month - 1, day, hour, minute) + 1000 * second
    const back = new Date(milliseconds)
    if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || hour > 23 || minute > 59 || second >= 60)
      fail(s, start, s.at, 'there is no such date; write it as 2026-01-31 08:00')
    return milliseconds / 1000
  }
  const help = 'a date or a time since the begin of the run, such as 2026-01-31 08:00 or 2 hours'
  const q = takeQuantity(s)
  if (!q) return unexpected(s, [], help)
  if (q.dimension !== 'time') fail(s, q.start, q.end, `a ${q.dimension} does not fit here; expected ${help}`)
  if (!(q.value >= 0)) fail(s, q.start, q.end, 'a step cannot begin before the run')
  return q.value
}

/** In a bracket: `tags formation, slow`; undefined, with nothing taken, where something else stands there. */
export const takeTags = (s: Scanner): readonly string[] | undefined => {
  if (!takeIf(s, 'tag', 'tagged')) return undefined
  while (s.text.charAt(s.at) === ':') s.at++
  const end = s.text.indexOf(')', s.at)
  const text = s.text.slice(s.at, end < 0 ? s.text.length : end)
  const tags = text
    .split(',')
    .map(tag => tag.replace(/["'“”]/g, '').trim())
    .filter(tag => tag !== '')
  if (tags.length === 0) fail(s, s.at, s.at + text.length, 'expected one tag or more, such as (tags formation, slow)')
  s.at += text.length
  return tags
}
