// CALLS calls, 20 at once, paced over about a second, and then at once one way to end: ENDING. Prints the number of answers it has had.
import { callAll, newClient, pause } from './canned.mjs'

const AT_ONCE = 20
const PAUSE_MS = 15

const calls = Number(process.env.CALLS ?? 1000)
const client = newClient()
for (let first = 0; first < calls; first += AT_ONCE) {
  await callAll(client, AT_ONCE, { concurrency: AT_ONCE, first })
  if (first + AT_ONCE < calls) await pause(PAUSE_MS)
}
process.stdout.write(`${JSON.stringify({ calls })}\n`)

const endings = {
  return() {},
  exit: () => process.exit(0),
  throw() {
    throw new Error('the program’s own failure')
  },
  reject() {
    Promise.reject(new Error('nobody handles this'))
  },
  abort: () => process.abort(),
}
const { ENDING = 'return' } = process.env
if (ENDING.startsWith('SIG')) {
  setInterval(() => {}, 1000) // a server: it would go on
  process.kill(process.pid, ENDING)
} else endings[ENDING]()
