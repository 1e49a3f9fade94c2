/** Property tests draw the same examples on every machine; DUALION_SEED draws others. */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.DUALION_SEED ?? 2018) })
