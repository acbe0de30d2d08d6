// Before step 1, on a Node that cannot run neatlogs: says so. Loaded by register.mjs alone, and only there; no syntax
// newer than ES2022, which every Node with `--import` can parse.
import { isMainThread } from 'node:worker_threads'

/** Prints one line on stderr; a worker thread leaves that to its main thread. */
export function sayUnsupported(): void {
  if (!isMainThread) return
  const { node } = process.versions
  const needed = Number.parseInt(node, 10) < 21 ? '>= 20.19' : '>= 22.12'
  process.stderr.write(`neatlogs: Node ${node} is not supported (needs ${needed}); nothing is recorded\n`)
}
