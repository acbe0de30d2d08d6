// With Node's permission model and neither files nor threads allowed, the exit was held for ten seconds: frames in memory
// waited for a shipper that could not be started. No measure of speed: the limit is half of what it took, and far above the rest.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { runNode } from '../run.ts'

const HELD_MS = 10_000

test.each(['20', '24'])(
  'Node %s: nothing can be recorded; it is said, and the program ends as it does bare',
  async (node) => {
    const flag = node === '20' ? '--experimental-permission' : '--permission'
    const options = { app: 'chat.cjs', node, nodeArgs: [flag, '--allow-fs-read=*', '--no-warnings'] }
    const bare = await runNode({ ...options, how: 'none' })
    const beganMs = performance.now()
    const hooked = await runNode({ ...options, env: { NEATLOGS_LOG_LEVEL: 'silent', NEATLOGS_EXPORTER: 'file' } })
    const tookMs = performance.now() - beganMs
    expectSame(bare, hooked)
    expect(hooked.records).toEqual([])
    expect(tookMs).toBeLessThan(HELD_MS)
    const told = await runNode({ ...options, env: { NEATLOGS_LOG_LEVEL: 'warn', NEATLOGS_EXPORTER: 'file' } })
    expect(told.stderr).toMatch(
      /the shipper failed: .*Access to this API has been restricted.*calls cannot be recorded without it/,
    )
  },
)
