import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claims } from '../../src/claims/thresholds.ts'
import type { ClaimsRung, HeldClaim } from '../../src/ladder/stages/claims.ts'
import type { SensitivityRow } from '../../src/ladder/stages/sensitivity.ts'
import { sensitivityTable, sensitivityWords } from '../../src/ladder/stages/sensitivity-words.ts'

const verdicts = (value: number): HeldClaim[] =>
  claims.map(({ name }) => ({
    ...{ claim: name, outcome: 'not seen', value, slow: null, withoutPair: null, reason: '' },
    ...{ spread: null, same: 8, draws: 8 },
  }))
const row = (kind: SensitivityRow['kind'], moved: string, value: number): SensitivityRow => ({
  ...{ kind, input: kind === 'walks' ? 'short walks' : 'hop', moved },
  verdicts: verdicts(value),
})
const base: ClaimsRung = { verdicts: verdicts(0.95) }

test('what chance does stands beside each verdict, and moved barriers are counted against it', () => {
  const rows = [
    row('walks', 'nothing moved', 1),
    row('walks', 'seed 2', 0.692),
    row('barrier', '+50 meV', 0.8),
    row('barrier', '−50 meV', 0.5),
  ]
  const [first] = sensitivityWords(rows, base)
  assert.match(first, /69\.2 % to 100\.0 % by chance alone, 1 of 2 moved barriers no more than that$/)
  const stalls = claims.findIndex(({ name }) => name === 'mgStalls')
  const chance = sensitivityTable(rows, base).find(([input]) => input === 'chance')!
  assert.equal(chance[2 + stalls], '69.2 % to 100.0 %')
})

test('one walk alone tells nothing of chance', () => {
  const rows = [row('walks', 'nothing moved', 1), row('barrier', '+50 meV', 0.8)]
  assert.doesNotMatch(sensitivityWords(rows, base).join('\n'), /chance/)
  assert.equal(sensitivityTable(rows, base).find(([input]) => input === 'chance')![2], '–')
})
