import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { threadCpu } from '../../cli/start/thread-cpu.ts'
import { setUpSeconds, timesText } from '../../cli/start/times.ts'

suite('times of the main job', () => {
  test('a part is said with its CPU time and threads where they are known', () => {
    const parts = {
      cells: { wall: 7.94, cpu: 13.21, threads: 2 },
      ladder: { wall: 1, cpu: 0.5, threads: 1 },
      paths: { wall: 2, threads: 1 },
    }
    assert.equal(
      timesText({ setUp: 2.06, parts, whole: 21 }),
      'Times: set-up 2.1 s; cells 7.9 s (13.2 s of CPU in 2 threads), then side by side ladder 1.0 s (0.5 s of CPU), paths 2.0 s; 21.0 s in all.',
    )
    assert.match(timesText({ parts, whole: 21 }), /^Times: cells 7\.9 s/)
  })

  test('seconds of the set-up come from the environment, or not at all', () => {
    assert.equal(setUpSeconds({ DUALION_SETUP_SECONDS: '1.5' }), 1.5)
    assert.equal(setUpSeconds({}), undefined)
    assert.equal(setUpSeconds({ DUALION_SETUP_SECONDS: 'x' }), undefined)
  })

  test('CPU time of a thread only grows', { skip: threadCpu() === undefined && 'the system does not tell' }, () => {
    const before = threadCpu()!
    let sum = 0
    // work until three ticks of the clock have gone: a clock that stands still fails here
    for (let i = 0; i < 2000 && threadCpu()! < before + 0.03; i++) for (let k = 0; k < 1e6; k++) sum += k
    assert.ok(sum > 0)
    assert.ok(threadCpu()! >= before + 0.03)
  })
})
