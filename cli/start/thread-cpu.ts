import { readFileSync } from 'node:fs'

/** Ticks of the kernel's clock of CPU time in a second (Linux, whatever the machine). */
const ticks = 100
/** Fields of `/proc/thread-self/stat` behind the name in brackets: time in the program and in the kernel. */
const userTime = 11
const systemTime = 12

/** CPU time of the calling thread alone since it began [s]; undefined where the system does not tell (outside Linux). */
export const threadCpu = (): number | undefined => {
  try {
    const stat = readFileSync('/proc/thread-self/stat', 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const spent = (Number(fields[userTime]) + Number(fields[systemTime])) / ticks
    return Number.isFinite(spent) ? spent : undefined
  } catch {
    return undefined
  }
}
