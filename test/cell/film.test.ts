/** A film on particles that are full, or have none of an ion: what it takes of a potential counts in every slope. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cell } from '../../src/cell/cell.ts'
import { cycle } from '../../src/cell/cycle.ts'
import { currentThroughFilm } from '../../src/cell/film.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { reactionOf } from '../../src/cell/reaction.ts'
import { meanReaction } from '../../src/cell/reduced/mean-reaction.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make as beaker } from '../../src/cells/li-mg-mo6s8-beaker.ts'
import { make as full } from '../../src/cells/li-mg-mo6s8-full.ts'

/** 0.01 Ω·m² of particle and of metal: 1 V at a thousand times the rate of an hour. */
const filmed = (cell: Cell): Cell => ({
  ...cell,
  anode: { ...cell.anode, filmResistance: 0.01 },
  cathode: { ...cell.cathode, filmResistance: 0.01 },
})

describe('the current through a film', () => {
  // A e^{−k(s − o)} − B e^{k(s − o)}: tens of volts over it, two metals that exchange, what overflows at no drop.
  for (const [A, B, k, o] of [
    [1e35, 0, 0.7, 0],
    [0, 1e60, 0.3, 0],
    [1e-3, 1e-9, 1e-4, 0],
    [1.1e5, 1e5, 10, 0],
    [1e40, 1e-30, 0.7, 0],
    [1, 1e-60, 1, 900],
    [1, 1e-60, 2, -900],
  ])
    it(`is found: A = ${A}, B = ${B}, k = ${k}, o = ${o}`, () => {
      let evaluations = 0
      const parts = (s: number): [number, number] => [A * Math.exp(k * (o - s)), B * Math.exp(k * (s - o))]
      let slope = 0
      const s = currentThroughFilm(
        at => {
          evaluations++
          const [out, into] = parts(at)
          slope = k * (out + into)
          return out - into
        },
        () => slope,
      )
      const [out, into] = parts(s)
      // To 1e-13 of the current, or as far as round-off of what is exchanged tells.
      assert.ok(Math.abs(s - (out - into)) < 1e-12 * (1 + k * (out + into)) * Math.abs(s), `${s}: ${out - into}`)
      assert.ok(evaluations < 60, `${evaluations}`) // Newton's own steps are 1/k each: hundreds of them
    })
})

describe('a film on particles of two ions', () => {
  for (const law of ['local', 'mean'] as const)
    it(`takes its part of what the last room and the last ions are worth: ${law} law`, () => {
      const { cathode, electrolyte } = filmed(beaker())
      const reaction =
        law === 'local'
          ? reactionOf(cathode, electrolyte, 'cathode')
          : meanReaction(cathode, electrolyte, 'cathode', Float64Array.of(1))
      const { j, emptiness, byEmptiness, filmShare } = reaction
      const x = Float64Array.of(1.2, 0.4)
      const mu = new Float64Array(2)
      cathode.host.thermodynamics.potential(x, 298.15, mu)
      const c = Float64Array.from(electrolyte.concentration)
      const room = reaction.room!
      const at = (): Float64Array => {
        assert.ok(reaction.evaluate(x, mu, 1.6, c, 298.15))
        return j.slice()
      }
      const h = 1e-5
      room[0] = 0.3 + h
      const roomier = at()
      room[0] = 0.3 - h
      const crowded = at()
      room[0] = 0.3
      const emptier = [0, 1].map(l => {
        emptiness[l] = 0.5 + h
        const more = at()
        emptiness[l] = 0.5 - h
        const less = at()
        emptiness[l] = 1
        return more.map((value, i) => (value - less[i]) / (2 * h))
      })
      for (let i = 0; i < 2; i++) {
        at()
        reaction.linearise(x, mu, 1.6, c, 298.15)
        const byRoom = reaction.byRoom!
        const slope = (roomier[i] - crowded[i]) / (2 * h)
        const ours = byRoom[i] - filmShare[i] * (byRoom[0] + byRoom[1])
        // Central differences over 1e-5 of something smooth; the film is solved to 1e-13.
        assert.ok(Math.abs(ours / slope - 1) < 1e-5, `${ours} ${slope}`)
        assert.ok(filmShare[i] > 0.01)
        for (let l = 0; l < 2; l++) {
          emptiness[l] = 0.5
          at()
          reaction.linearise(x, mu, 1.6, c, 298.15)
          emptiness[l] = 1
          const own = ((l === i ? 1 : 0) - filmShare[i]) * byEmptiness[l]
          assert.ok(Math.abs(own / emptier[l][i] - 1) < 1e-5, `${own} ${emptier[l][i]}`)
        }
      }
    })

  it('does not stop what fills them: a sweep of the beaker, a hold of the full cell', () => {
    const mesh = { points: 8, shells: 10 }
    const swept = cycle(modelOf(filmed(beaker()), { mesh }), parseProtocol(['Sweep from 1.9 V to 0.4 V at 0.2 mV/s']), {
      rtol: 1e-4,
    })
    const held = cycle(
      modelOf(filmed(full()), { mesh }),
      parseProtocol(['Discharge at 1C until 0.4 V', 'Hold at 0.4 V for 1 hour']),
      { rtol: 1e-5 },
    )
    // By a Jacobian without the film the one failed, the other was at 3600 s after 60 000 steps.
    assert.equal(swept.outcome, 'swept')
    assert.equal(held.outcome, 'time')
    assert.ok(held.statistics.steps < 6000, `${held.statistics.steps}`)
    for (const { conservation } of [swept, held])
      for (const lost of Object.values(conservation)) assert.ok(Math.abs(lost) < 1e-10)
  })
})
