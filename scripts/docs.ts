/**
 * The parts of the documents that are written by the code: the table of quantities in CONVENTIONS.md and the example in
 * README.md. A test fails where they differ; `npm run docs` writes them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { header, quantities } from '../src/quantities.ts'

const root = new URL('../', import.meta.url)

/** name · symbol · unit · label · column header, one row for each quantity. */
export const quantityTable = (): string => {
  const rows = Object.entries(quantities).map(([name, q]) => {
    const turned = 'directed' in q && q.directed ? ' ±' : ''
    return `| \`${name}\` | ${q.symbol || '–'} | ${q.unit}${turned} | ${q.label} | \`${header(name)}\` |`
  })
  return ['| name | symbol | unit | meaning | column |', '| --- | --- | --- | --- | --- |', ...rows].join('\n')
}

/** A file of the project as a code block. */
export const codeBlock = (file: string): string =>
  `\`\`\`ts\n${readFileSync(new URL(file, root), 'utf8').trimEnd()}\n\`\`\``

/** Document → what stands between `<!-- NAME -->` and `<!-- /NAME -->`, by name. */
export const generated: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'CONVENTIONS.md': { quantities: quantityTable },
  'README.md': { example: () => codeBlock('examples/03-discharge.ts') },
}

/** A document with its generated parts as they should be. */
export const upToDate = (document: string): string => {
  let text = readFileSync(new URL(document, root), 'utf8')
  for (const [name, make] of Object.entries(generated[document])) {
    const pattern = new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->`)
    if (!pattern.test(text)) throw new RangeError(`${document} has no place for ${name}`)
    text = text.replace(pattern, () => `<!-- ${name} -->\n${make()}\n<!-- /${name} -->`)
  }
  return text
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const document of Object.keys(generated)) writeFileSync(new URL(document, root), upToDate(document))
}
