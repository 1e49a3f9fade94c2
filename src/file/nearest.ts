/** Words a user may have meant. */

/** Share of a word's letters that may be wrong before a suggestion would only confuse. */
const tolerated = 0.45

/**
 * Number of insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment).
 * O(|a|·|b|).
 */
export const editDistance = (a: string, b: string): number => {
  const width = b.length + 1
  const d = new Int32Array((a.length + 1) * width)
  for (let i = 0; i <= a.length; i++) d[i * width] = i
  for (let j = 0; j <= b.length; j++) d[j] = j
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const here = i * width + j
      const replaced = d[here - width - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      d[here] = Math.min(d[here - width] + 1, d[here - 1] + 1, replaced)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        d[here] = Math.min(d[here], d[here - 2 * width - 2] + 1)
      }
    }
  }
  return d[a.length * width + b.length]
}

/** The allowed word nearest to `word`, or undefined where none is near. Case and a unit in brackets count for little. */
export const nearest = (word: string, allowed: readonly string[]): string | undefined => {
  const seen = plain(word.slice(0, 200))
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of allowed) {
    const target = plain(candidate)
    const distance = editDistance(seen, target)
    const limit = Math.max(1, Math.floor(tolerated * Math.max(seen.length, target.length)))
    if (distance <= limit && distance < least) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** `, did you mean "thickness"?` or nothing. */
export const suggestion = (word: string, allowed: readonly string[]): string => {
  const found = nearest(word, allowed)
  return found === undefined ? '' : `, did you mean ${JSON.stringify(found)}?`
}

/** Lower case without unit suffix, spaces and joiners: `Thickness [um]`, `thickness_um` and `thickness` are one word. */
const plain = (word: string): string =>
  word
    .replace(/\s*\[[^\]]*\]\s*$/, '')
    .replace(/[\s_-]+/g, '')
    .toLowerCase()
