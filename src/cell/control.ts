import type { At, Control } from './model.ts'

/** Half steps of the central differences: exact for what is linear or bilinear in voltage and current. */
const voltageStep = 1e-3
const relativeCurrentStep = 1e-3

/** ∂control/∂V [1/V] and ∂control/∂I [1/A] at a view of the state, which is left as it was. */
export const controlSlopes = (
  control: Control,
  at: At,
  typicalCurrent: number,
  out: { byVoltage: number; byCurrent: number },
): void => {
  const { voltage, current } = at
  const dI = relativeCurrentStep * Math.max(Math.abs(current), typicalCurrent)
  at.voltage = voltage + voltageStep
  const up = control(at)
  at.voltage = voltage - voltageStep
  out.byVoltage = (up - control(at)) / (2 * voltageStep)
  at.voltage = voltage
  at.current = current + dI
  const more = control(at)
  at.current = current - dI
  out.byCurrent = (more - control(at)) / (2 * dI)
  at.current = current
}
