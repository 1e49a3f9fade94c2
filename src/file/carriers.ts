import { al } from '../carriers/al.ts'
import { li } from '../carriers/li.ts'
import { mg } from '../carriers/mg.ts'
import { na } from '../carriers/na.ts'
import { zn } from '../carriers/zn.ts'
import type { Carrier } from '../scales.ts'

/** The ions that files may name. */
export const carriersBySymbol: Readonly<Record<string, Carrier>> = { Li: li, Na: na, Mg: mg, Zn: zn, Al: al }
