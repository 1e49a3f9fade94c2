import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { generated, upToDate } from '../scripts/docs.ts'

const root = new URL('../', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, root), 'utf8')

for (const document of Object.keys(generated)) {
  test(`${document} holds what the code says (npm run docs writes it)`, () => {
    assert.equal(read(document), upToDate(document))
  })
}

const documents = ['README.md', 'CONVENTIONS.md', 'ARCHITECTURE.md', 'docs/decisions.md', 'docs/limits.md']
for (const document of [...documents, 'book/README.md']) {
  test(`${document}: every file it links to or names is there`, () => {
    if (!existsSync(new URL(document, root))) return assert.equal(document, 'book/README.md') // written by npm run book
    const text = read(document)
    const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      match => new URL(match[1], new URL(document, root)),
    )
    const named = [...text.matchAll(/`((?:src|test|cli|scripts|examples|bench|bin)\/[\w./-]*\w)`/g)]
      .map(match => match[1])
      .filter(name => !name.includes('NN-') && !/ti2s4|\/na\.ts/.test(name)) // names that stand for any
      .map(name => new URL(name, root))
    assert.deepEqual(
      [...linked, ...named].filter(url => !existsSync(url)).map(url => url.pathname),
      [],
    )
  })
}

test('the commands README shows exist', () => {
  const commands = [...read('README.md').matchAll(/(?:\.\/bin\/)?dualion (\w[\w-]*)/g)].map(match => match[1])
  const registered = readdirSync(new URL('cli/', root)).filter(name => /^main\.ts$|-commands\.ts$/.test(name))
  const known = registered.flatMap(name =>
    [...read(`cli/${name}`).matchAll(/\.command\('([\w-]+)'\)/g)].map(match => match[1]),
  )
  assert.deepEqual(
    [...new Set(commands)].filter(name => !known.includes(name)),
    [],
  )
})

test('one page each, and the package says MIT', () => {
  for (const document of ['README.md', 'CONVENTIONS.md', 'ARCHITECTURE.md']) {
    const text = read(document)
    assert.ok(text.split('\n').length < 130 && text.split(/\s+/).length < 1300, `${document} has grown past a page`)
  }
  assert.match(read('LICENSE'), /MIT License[\s\S]*dualion authors/)
})
