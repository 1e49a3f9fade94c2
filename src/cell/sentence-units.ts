import { secondsPerHour, zeroCelsius } from '../units.ts'

export type Dimension =
  | 'voltage'
  | 'current'
  | 'power'
  | 'resistance'
  | 'rate'
  | 'time'
  | 'charge'
  | 'temperature'
  | 'sweep rate'

type Unit = {
  readonly dimension: Dimension
  /** value in SI = number × factor + offset */
  readonly factor: number
  readonly offset: number
  /** The m stands for a thousandth. */
  readonly milli: boolean
}

const secondsPerMinute = 60
const secondsPerDay = 24 * secondsPerHour

const family = (dimension: Dimension, names: string, factor: number, milli = false): [string, Unit][] =>
  names.split(' ').map(name => [name, { dimension, factor, offset: 0, milli }])

/** Every unit a sentence may use, by name; case and a plural s are forgiven where that leaves no doubt. */
export const units: Readonly<Record<string, Unit>> = Object.fromEntries([
  ...family('voltage', 'V volt', 1),
  ...family('voltage', 'mV millivolt', 1e-3, true),
  ...family('current', 'A amp ampere', 1),
  ...family('current', 'mA milliamp', 1e-3, true),
  ...family('current', 'uA µA μA', 1e-6),
  ...family('power', 'W watt', 1),
  ...family('power', 'mW milliwatt', 1e-3, true),
  ...family('power', 'kW', 1e3),
  ...family('resistance', 'Ohm Ω Ω', 1),
  ...family('resistance', 'mOhm mΩ mΩ', 1e-3, true),
  ...family('resistance', 'kOhm kΩ kΩ', 1e3),
  ...family('rate', 'C', 1),
  ...family('time', 's sec second', 1),
  ...family('time', 'm min minute', secondsPerMinute),
  ...family('time', 'h hr hour', secondsPerHour),
  ...family('time', 'd day', secondsPerDay),
  ...family('charge', 'Ah A.h A·h Ahr', 1),
  ...family('charge', 'mAh mA.h mA·h mAhr', 1e-3, true),
  ...family('temperature', 'K kelvin', 1),
  ...['oC', '°C', 'degC', 'celsius'].map((name): [string, Unit] => [
    name,
    { dimension: 'temperature', factor: 1, offset: zeroCelsius, milli: false },
  ]),
  ...family('sweep rate', 'V/s', 1),
  ...family('sweep rate', 'mV/s', 1e-3, true),
  ...family('sweep rate', 'V/min', 1 / secondsPerMinute),
  ...family('sweep rate', 'mV/min', 1e-3 / secondsPerMinute, true),
  ...family('sweep rate', 'V/h', 1 / secondsPerHour),
  ...family('sweep rate', 'mV/h', 1e-3 / secondsPerHour, true),
])
