// The start in Bun and Deno, before start.ts: what these need that Node does not, and what cannot be had there, said once when it matters.
// Main and user threads.
import { createRequire } from 'node:module'
import { runtimeOf } from '../node-features.ts'
import { sayByHand } from '../originals.ts'

const NAMES = { bun: 'Bun', deno: 'Deno', node: 'Node' } as const
/** As src/spool/shipper-thread.ts names it. */
const OWN_THREAD = 'neatlogs'

const runtime = runtimeOf()
// Deno (2.9) cannot load an ES module of ours by `require()` any more once a load hook is registered.
if (runtime === 'deno') createRequire(import.meta.url)('./all-files.js')

let isTold = false
process.on('worker', (worker: unknown) => {
  if (isTold || (worker as { readonly threadName?: unknown }).threadName === OWN_THREAD) return
  isTold = true
  sayByHand(`${NAMES[runtime]} starts worker threads without the preload: calls that they make are not recorded`)
})
