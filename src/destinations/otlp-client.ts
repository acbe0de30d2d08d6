// Deliver: the client of one OTLP signal, HTTP or gRPC. Worker thread. In: its settings. Out: a client that reads its PEM files again when
// they change: certificates live for hours in a mesh, and a program for weeks.
import type { Environment } from '../options/options.ts'
import { type HttpClient, type HttpSettings, openHttp, trustsAnybody } from './http.ts'
import type { SignalSettings } from './otel-env.ts'
import type { OtlpProtocol } from './otlp-target.ts'
import { readPems, stampOf } from './pem.ts'
import { chooseProxy } from './proxy.ts'

/** How often the files are looked at, in milliseconds: three `stat` calls, only while something is sent. */
const LOOK_MS = 1000

type Client = Pick<HttpClient, 'post' | 'close'>
type Tls = NonNullable<HttpSettings['tls']>

/** A client and the requests it has under way: when it is replaced, those end first. */
interface Held {
  readonly client: Client
  openCount: number
}

/** Opens the client of a signal. Its warnings are those of its files and its proxy. */
export function openOtlpClient(settings: SignalSettings, env: Environment): HttpClient {
  const first = readPems(settings)
  const { warning } = chooseProxy(settings.url, env)
  let stamp = stampOf(settings)
  let lookedAt = Date.now()
  const hold = (tls: Tls): Held => ({ client: open({ ...settings, env, tls }, settings.protocol), openCount: 0 })
  let held = hold(first.tls)
  const look = (): void => {
    const now = Date.now()
    if (stamp === '' || Math.abs(now - lookedAt) < LOOK_MS) return
    lookedAt = now
    const found = stampOf(settings)
    if (found === stamp) return
    const { tls, warnings: problems } = readPems(settings)
    // Half of a pair has been replaced, or is being written: what we have is good until the rest is there.
    if (problems.length > 0) return
    stamp = found
    const old = held
    held = hold(tls)
    if (old.openCount === 0) old.client.close()
  }
  return {
    warnings: warning === null ? first.warnings : [...first.warnings, warning],
    async post(body, contentType, patience) {
      look()
      const on = held
      on.openCount++
      try {
        return await on.client.post(body, contentType, patience)
      } finally {
        if (--on.openCount === 0 && on !== held) on.client.close()
      }
    },
    close: () => held.client.close(),
  }
}

/** gRPC's code, and node:http2 with it, loads with the first request. */
function open(settings: HttpSettings, protocol: OtlpProtocol): Client {
  if (protocol !== 'grpc') return openHttp(settings)
  let opened: Promise<Client> | null = null
  const make = async (): Promise<Client> => {
    const { openGrpc } = await import('./grpc.ts')
    return openGrpc({ ...settings, rejectUnauthorized: !trustsAnybody(settings.env) })
  }
  return {
    async post(body, contentType, patience) {
      opened ??= make()
      return (await opened).post(body, contentType, patience)
    },
    close: () => void opened?.then((client) => client.close()),
  }
}
