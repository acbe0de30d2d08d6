// What goes wrong at the gRPC collector of a soak, by a seed: statuses, silence, restarts. In: spans and points of those programs that speak OTLP.
import { setTimeout as sleep } from 'node:timers/promises'
import { startGrpc } from '../../../fixtures/servers/grpc.mjs'
import { pick } from './chaos.mjs'

const PHASES = {
  up: null,
  'gRPC UNAVAILABLE': { code: 'UNAVAILABLE' },
  'gRPC RESOURCE_EXHAUSTED with RetryInfo': { code: 'RESOURCE_EXHAUSTED', retryDelayS: 1 },
  'gRPC INTERNAL': { code: 'INTERNAL' },
  'gRPC hangs': { hang: true },
  'gRPC down': 'down',
}
const ORDER = [...Object.keys(PHASES), ...Array(6).fill('up')]
const LOOK_MS = 200
const DURATION = 'gen_ai.client.operation.duration'

/** Runs a collector through random phases until `stop()`, which leaves it working. `measured` counts the calls that its metrics tell of. */
export async function startCollector(random, onSpan) {
  const phases = {}
  let measured = 0
  let server = await startGrpc()
  const { port, url } = server
  const take = () => {
    for (const call of server.calls.splice(0)) {
      if (!call.accepted) continue
      for (const span of call.spans) onSpan(span)
      for (const { name, count } of call.points) if (name === DURATION) measured += count
    }
  }
  const looking = setInterval(take, LOOK_MS)
  const restart = async (afterMs) => {
    take()
    await server.close()
    await sleep(afterMs)
    server = await startGrpc({ port })
  }
  let stopped = false
  const loop = (async () => {
    while (!stopped) {
      const phase = pick(random, ORDER)
      phases[phase] = (phases[phase] ?? 0) + 1
      if (PHASES[phase] === 'down') await restart(500 + random() * 2000)
      else server.setFault(PHASES[phase])
      await sleep(500 + random() * 3000)
    }
    await restart(100) // ends what hangs
  })()
  return {
    url,
    phases,
    measured: () => measured,
    stop: () => {
      stopped = true
      return loop
    },
    close: () => {
      clearInterval(looking)
      take()
      return server.close()
    },
  }
}
