/** A Li–Mg | Mo6S8 cell discharges: the voltage, and under it who carried the charge. */
import { writeFile } from 'node:fs/promises'
import { cycle, discharge, modelOf } from 'dualion/cell'
import { make as liMgCell } from 'dualion/cells/li-mg-mo6s8-full'
import * as figure from 'dualion/plot'

const cell = liMgCell()
const solution = cycle(modelOf(cell), [discharge({ rate: 0.2, until: { voltage: cell.voltageLimits[0] } })])

const { voltage, capacity, 'amount[Li]': Li, 'amount[Mg]': Mg } = solution.columns
const end = voltage.length - 1
console.log(`${solution.outcome}: ${solution.reason}`)
console.log(`${(1000 * capacity[end]).toFixed(2)} mA·h; per Mo6S8 Li ${Li[end].toFixed(2)}, Mg ${Mg[end].toFixed(2)}`)
console.log(`ions conserved to ${Math.max(...Object.values(solution.conservation)).toExponential(0)}`)

await writeFile('discharge.svg', figure.discharge({ x: capacity, voltage, content: { Li, Mg } }, { title: cell.name }))
