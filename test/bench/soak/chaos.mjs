// What goes wrong at the NeatLogs endpoint of a soak, by a seed: its states, in turn, and one call that it never takes.
import { setTimeout as sleep } from 'node:timers/promises'
import { startNeatlogs } from '../../../fixtures/servers/neatlogs.mjs'

export const pick = (random, list) => list[Math.floor(random() * list.length)]

const PHASES = {
  up: null,
  slow: { delayMs: 300 },
  'answers 503': { status: 503 },
  'answers 429': { status: 429, retryAfter: 1 },
  hangs: { hang: true },
  'cuts the connection': { close: true },
  'takes it and answers 500': { status: 500, stored: true },
  'takes it and cuts the connection': { close: true, stored: true },
  down: 'down',
  'answers 503 with Retry-After: 0': { status: 503, retryAfter: 0 },
  'answers 404': { status: 404 },
  'answers 200 with a page': { page: true },
  'fails over some calls': { failsOver: 'f7e' },
  'is a slow line': { bytesPerSecond: 60_000 },
}
// half of the time the endpoint works, or nothing would ever be delivered while programs live
const ORDER = [...Object.keys(PHASES), ...Array(10).fill('up'), 'slow']

/**
 * Runs the endpoint through random phases until `stop()`, which leaves it working. `phases` counts them. Requests that hold the text `poison` are
 * answered 500 until `forgive()`, which gives how many there were.
 */
export async function startChaos(random, onSpan, poison) {
  const phases = {}
  let poisoned = 0
  let server = await startNeatlogs({ onSpan, poison })
  const { port, url } = server
  let stopped = false
  const down = async () => {
    await server.close()
    poisoned += server.poisoned()
    await sleep(500 + random() * 3000)
    server = await startNeatlogs({ port, onSpan, poison })
  }
  const loop = (async () => {
    while (!stopped) {
      const phase = pick(random, ORDER)
      phases[phase] = (phases[phase] ?? 0) + 1
      if (PHASES[phase] === 'down') await down()
      else server.setFault(PHASES[phase])
      await sleep(500 + random() * 3000)
      server.requests.length = 0 // what it keeps of requests would fill the memory in ten minutes
    }
    server.setFault(null)
    await down() // ends what hangs
  })()
  return {
    url,
    phases,
    stop: () => {
      stopped = true
      return loop
    },
    forgive: () => {
      server.forgive()
      return poisoned + server.poisoned()
    },
    close: () => server.close(),
  }
}
