// Ships what ended processes have left, once, and comes back. In: a root and a destination. Out: how many records were taken.
// For the command line: no lane of its own, no thread. What is not delivered when it is stopped stays for the next one.
import { setMaxListeners } from 'node:events'
import { basename } from 'node:path'
import type { Destination, Outcome } from '../destinations/destination.ts'
import { openDestination } from '../destinations/open.ts'
import { type Diagnostics, openDiagnostics } from '../diagnostics.ts'
import type { Environment, ExporterName, Options } from '../options/options.ts'
import { newLaneName, renewLease } from '../spool/lane.ts'
import type { Owner } from '../spool/owner.ts'
import { adoptDeadLanes } from './adopt.ts'
import { openCounted } from './counted.ts'
import { openDecoder } from './decoder.ts'
import { type LaneToShip, type Surroundings, shipLane } from './lane-shipper.ts'
import { FEW_PAUSES } from './pace.ts'
import type { SettledKind } from './pipeline.ts'
import { resendRejected } from './resend.ts'
import { firstOf, type Signal } from './signal.ts'
import { openScopes, openTarget, type Target } from './target.ts'

/** A lane that is being shipped shows signs of life this often; others take it after eight of them. */
const BEAT_MS = 15_000
const NAP_MAX_MS = 1000
/** Marks what this process has claimed: a second look takes it up again. */
let ownLane: string | null = null

export interface ShipOnceConfig {
  readonly root: string
  readonly self: Owner
  /** Only lanes with this destination and key are touched. */
  readonly fingerprint: string
  readonly options: Options
  readonly exporters: readonly ExporterName[]
  readonly env: Environment
  /** Stops: what is under way is given up, and stays on disk. */
  readonly signal: AbortSignal
  /** What was refused and set aside is sent again too. */
  readonly rejected?: boolean
  onSettled?(count: number, kind: SettledKind): void
  /** The destination does not take records now; `null` when it does again. */
  onWaiting?(reason: string | null): void
}

export interface ShipOnceResult {
  readonly laneCount: number
  readonly settled: { readonly [kind in SettledKind]: number }
  /** Places of segments that were damaged, and passed over. */
  readonly damagedCount: number
  /** Why the destination did not take what is left, or null. */
  readonly problem: string | null
}

/** Ships all lanes of ended processes. Tries again for as long as it may, but not with a key that was refused. */
export async function shipOnce(config: ShipOnceConfig): Promise<ShipOnceResult> {
  const { options, exporters, env, root, signal } = config
  const stop = new AbortController()
  const stopped = AbortSignal.any([signal, stop.signal])
  // Each lane waits for it.
  setMaxListeners(0, stopped)
  const settled = { delivered: 0, rejected: 0, skipped: 0, dropped: 0 }
  let problem: string | null = null
  let pauses = 0
  let damagedCount = 0
  const onOutcome = (reason: string | null, isFinal: boolean): void => {
    problem = reason
    config.onWaiting?.(reason)
    pauses = isFinal ? pauses + 1 : 0
    if (pauses > FEW_PAUSES) stop.abort()
  }
  const names = exporters.filter((name) => name !== 'none')
  const opened = await Promise.all(names.map((name) => openDestination(name, { ...options, dir: root }, env)))
  const diagnostics = openDiagnostics(options.logLevel, 'shipper')
  ownLane ??= newLaneName(config.self)
  const own = { root, laneName: ownLane, self: config.self, diagnostics }
  const targets = opened.map((one) => openTarget(watched(one, stopped, onOutcome), own))
  for (const { measured } of targets) measured?.adopt()
  const close = (): void => {
    for (const destination of opened) destination.close()
    for (const { sender } of targets) sender.close()
  }
  // A server that hangs would hold the send under way for half a minute.
  stopped.addEventListener('abort', close, { once: true })
  const around = await surround(config, stopped, diagnostics)
  const onSettled = (count: number, kind: SettledKind): void => {
    settled[kind] += count
    config.onSettled?.(count, kind)
  }
  if (config.rejected === true) await resendRejected(root, targets, () => stopped.aborted, onSettled)
  const laneCount = await adoptDeadLanes({
    ...config,
    ownLane,
    foreign: new Set(),
    isStopped: () => stopped.aborted,
    hasRoom: () => targets.every(({ sender }) => sender.hasRoom()),
    rest: async () => {},
    ship: (lanes) => {
      const isStopped = (): boolean => stopped.aborted
      const toShip = lanes.map(({ path, info }) => ({
        path,
        info,
        isDead: true,
        make: () => path,
        isStopped,
        onSettled,
        onDamaged: (count: number) => {
          damagedCount += count
        },
      }))
      return shipWhole(toShip, targets, around)
    },
  })
  await Promise.all(targets.map(({ measured }) => measured?.flush()))
  for (const { measured } of targets) measured?.close()
  close()
  return { laneCount, settled, damagedCount, problem }
}

async function surround(
  { root }: ShipOnceConfig,
  stopped: AbortSignal,
  diagnostics: Diagnostics,
): Promise<Surroundings> {
  const countOnce = openCounted(root)
  return {
    root,
    diagnostics,
    decode: await openDecoder(countOnce, diagnostics),
    countOnce,
    nap: (untilMs, _, other) => napUntil(untilMs, stopped, other),
    // Nobody waits here but for the end itself.
    look: () => ({ frames: 0, drainAsked: 0 }),
    isEnding: () => false,
    onDrainServed: () => {},
  }
}

async function shipWhole(
  lanes: readonly LaneToShip[],
  targets: readonly Target[],
  around: Surroundings,
): Promise<readonly boolean[]> {
  const renewing = setInterval(() => lanes.forEach(({ path }) => void renewLease(path)), BEAT_MS)
  const scopes = openScopes(targets, lanes.length)
  try {
    return await Promise.all(lanes.map((lane) => shipLane(lane, targets, around, scopes).ended))
  } catch (error) {
    const names = lanes.map(({ path }) => basename(path)).join(', ')
    around.diagnostics.log('warn', `cannot ship ${names}: ${String(error)}; it stays`)
    return []
  } finally {
    clearInterval(renewing)
  }
}

function watched(
  destination: Destination,
  stopped: AbortSignal,
  onOutcome: (reason: string | null, isFinal: boolean) => void,
): Destination {
  const watch = async (send: () => Promise<Outcome>): Promise<Outcome> => {
    if (stopped.aborted) return { kind: 'retry', afterMs: null, reason: 'stopped' }
    const outcome = await send()
    if (stopped.aborted) return outcome
    if (outcome.kind === 'retry' || outcome.kind === 'pause') onOutcome(outcome.reason, outcome.kind === 'pause')
    else onOutcome(null, false)
    return outcome
  }
  const { pieces } = destination
  return {
    ...destination,
    send: (records, info) => watch(() => destination.send(records, info)),
    ...(pieces ? { pieces: { ...pieces, send: (made, info) => watch(() => pieces.send(made, info)) } } : {}),
  }
}

function napUntil(untilMs: number, stopped: AbortSignal, other: Signal | undefined): Promise<void> {
  const ms = Math.max(1, Math.min(untilMs - performance.now(), NAP_MAX_MS))
  return firstOf(ms, [listenToEnd(stopped), ...(other === undefined ? [] : [other.listen])])
}

function listenToEnd(stopped: AbortSignal): (onEnd: () => void) => () => void {
  return (onEnd) => {
    stopped.addEventListener('abort', onEnd, { once: true })
    return () => stopped.removeEventListener('abort', onEnd)
  }
}
