/** Rows of cells as aligned text, the first row as the head; columns of numbers lean right. */
export const textTable = (rows: readonly (readonly string[])[], o: { readonly indent?: number } = {}): string => {
  const columns = Math.max(...rows.map(row => row.length))
  const width = Array.from({ length: columns }, (_, k) => Math.max(...rows.map(row => (row[k] ?? '').length)))
  const number = Array.from({ length: columns }, (_, k) =>
    rows.slice(1).every(row => /^([-+−±]?[\d.]|$)/.test(row[k] ?? '')),
  )
  const line = (row: readonly string[]) =>
    width.map((w, k) => (number[k] ? (row[k] ?? '').padStart(w) : (row[k] ?? '').padEnd(w))).join('  ')
  return rows.map(row => `${' '.repeat(o.indent ?? 0)}${line(row).trimEnd()}\n`).join('')
}
