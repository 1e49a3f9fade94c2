/**
 * Writes the book: a page for each validation case (claim, equation, source, table, figure) and the table of contents.
 * Pages are committed, so that a diff shows where the physics moved.
 *
 *   npm run book
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { cells, tableHead, type ValidationCase, validationCases } from '../test/validation/case.ts'

const book = new URL('../book/', import.meta.url)

const markdownTable = (rows: readonly (readonly string[])[]): string => {
  const line = (row: readonly string[]) => `| ${row.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
  return line(rows[0]) + line(rows[0].map(() => '---')) + rows.slice(1).map(line).join('')
}

const page = async (name: string, one: ValidationCase): Promise<string> => {
  const table = markdownTable([[...tableHead], ...(await one.run()).map(row => [...cells(row)])])
  const figure = one.figure === undefined ? '' : `\n![${one.title}](${name}.svg)\n`
  if (one.figure) await writeFile(new URL(`${name}.svg`, book), await one.figure())
  return (
    `# ${one.title}\n\n${one.claim}\n\n\`\`\`\n${one.equation.trim()}\n\`\`\`\n\nSource: ${one.source}\n\n${table}${figure}\n` +
    `${one.why}\n\nThe case: [test/validation/${name}.ts](../test/validation/${name}.ts)\n`
  )
}

await mkdir(book, { recursive: true })
const all = await validationCases()
let contents = '# Validation\n\nWritten by `npm run book`; `dualion validate` prints the same tables.\n\n'
for (const { name, case: one } of all) {
  await writeFile(new URL(`${name}.md`, book), await page(name, one))
  contents += `- [${one.title}](${name}.md): ${one.claim}\n`
  console.log(name)
}
await writeFile(new URL('README.md', book), contents)
const wanted = new Set(['README.md', ...all.flatMap(({ name }) => [`${name}.md`, `${name}.svg`])])
for (const file of await readdir(book)) if (!wanted.has(file)) await rm(new URL(file, book))
