/** The card of the shipped potential, from what its fit reported: node --import tsx --conditions=source scripts/potential-card.ts */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Difference, Errors } from '../src/distil/index.ts'

const home = new URL('../potentials/mo-s-li-mg/', import.meta.url)
const report: {
  readonly card: { readonly frames: number; readonly dataSha256: string; readonly coefficients: number }
  readonly fit: { readonly prior: { readonly strength: number; readonly power: number } }
  readonly errors: Readonly<Record<string, Errors>>
  readonly differences: readonly Difference[]
} = JSON.parse(readFileSync(new URL('report.json', home), 'utf8'))
const recipe = JSON.parse(readFileSync(new URL('recipe.json', home), 'utf8'))

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n')
const order = Object.entries(report.errors).sort(([a], [b]) => Number(a === 'trained') - Number(b === 'trained'))
const errors = table(
  ['kind', 'frames', 'energy / meV per atom', 'force / eV/Å', 'of forces', 'stress / meV/Å³', 'largest grade'],
  order.map(([kind, e]) => [
    kind,
    String(e.frames),
    (1e3 * e.energy).toFixed(2),
    e.force.toFixed(3),
    e.forceSize.toFixed(3),
    e.stress === null || Number.isNaN(e.stress) ? '' : (1e3 * e.stress).toFixed(2),
    e.extrapolation.toFixed(2),
  ]),
)
const differences = table(
  ['energy difference', 'teacher / eV', 'error / meV'],
  report.differences.map(d => [d.name, d.teacher.toFixed(3), (1e3 * d.error).toFixed(1).replace('-', '−')]),
)
const prose = readFileSync(new URL('card.md', home), 'utf8')
const saddles = new URL('saddles.md', home)
const text = prose
  .replace('{{frames}}', String(report.card.frames))
  .replace('{{hash}}', report.card.dataSha256)
  .replace('{{coefficients}}', String(report.card.coefficients))
  .replace('{{prior}}', `λ = ${report.fit.prior.strength}, p = ${report.fit.prior.power}`)
  .replace('{{three}}', String(recipe.size.three))
  .replace('{{four}}', String(recipe.size.four.degree))
  .replace('{{errors}}', errors)
  .replace('{{differences}}', differences)
  .replace(
    '{{saddles}}',
    existsSync(saddles) ? readFileSync(saddles, 'utf8').split('\n').slice(2).join('\n').trim() : '',
  )
writeFileSync(new URL('README.md', home), text)
