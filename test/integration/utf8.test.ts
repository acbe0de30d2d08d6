// Long texts become the same bytes by our way and by Node's own, whatever they hold. The files are read by the Node of the test run and by the
// Nodes that have the quick way.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { nodeBinary } from '../../fixtures/node.mjs'

const PROGRAM = fileURLToPath(new URL('../../fixtures/apps/utf8-texts.mjs', import.meta.url))

test.each(['20', '22', '24', '26'])('texts of all kinds on Node %s', async (major) => {
  const out = execFileSync(await nodeBinary(major), [PROGRAM], { encoding: 'utf8' })
  expect(JSON.parse(out)).toEqual({ texts: 420, different: [], isQuick: major === '22' || major === '24' })
})
