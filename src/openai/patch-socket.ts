// Step 2, patch, for the classes that speak over a WebSocket (`ResponsesWS`, `OpenAIRealtimeWS`, `OpenAIRealtimeWebSocket`): what they
// emit and the methods by which they send. In: such a class's prototype. Out: what was patched. Main thread.
import { createRequire } from 'node:module'
import { natively, outside } from '../originals.ts'
import { type Method, ownerOf, PATCHED, type PatchResult, wrapAll, wrapOwn } from '../wrap.ts'
import { guarded } from './guard.ts'
import type { SocketKind } from './sockets.ts'

const require = createRequire(import.meta.url)
let sockets: typeof import('./sockets.ts') | null = null

/** Loads it with the first socket that does something. */
function watching(): typeof import('./sockets.ts') {
  sockets ??= outside(() => natively(() => require('./sockets.js') as typeof import('./sockets.ts')))
  return sockets
}

/** On the prototype of a class that speaks over a socket: what it speaks. The emitter below it has other heirs. */
const SPOKEN = Symbol.for('neatlogs.socket')
/** Methods that may send; before each the socket is made known, as `send` of the socket itself is what tells. */
const SENDERS = ['send', 'sendRaw', 'sendResponseCreate', 'flushPending', 'close'] as const

type Wrap = (original: Method) => Method

/** Patches a socket class. Idempotent; the emitter and the base that several classes share are wrapped once. */
export function patchSocket(prototype: object, version: string | null): PatchResult {
  const kind: SocketKind = '_createSocket' in prototype ? 'responses' : 'realtime'
  const wraps: [name: string, wrap: Wrap][] = [['_emit', (original) => wrapEmit(original, version)]]
  for (const name of SENDERS) wraps.push([name, (original) => wrapSender(original, version)])
  wraps.push(['_createSocket', (original) => wrapCreate(original, version)])
  const owners = new Map<object, [string, Wrap][]>()
  for (const [name, wrap] of wraps) {
    const owner = ownerOf(prototype, name)
    if (owner !== null && !Object.hasOwn(owner, PATCHED))
      owners.set(owner, [...(owners.get(owner) ?? []), [name, wrap]])
  }
  const missing = ['_emit', 'send'].filter((name) => ownerOf(prototype, name) === null)
  const undos = [...owners].map(([owner, ones]) =>
    wrapAll(owner, version, (wrapped) => {
      for (const [name, wrap] of ones) wrapped.push(wrapOwn(owner, name, wrap))
    }),
  )
  Object.defineProperty(prototype, SPOKEN, { value: kind, configurable: true, enumerable: false })
  let left = undos
  const undo = (): boolean => {
    left = left.filter((one) => !one())
    return left.length === 0
  }
  return { patched: undos.length > 0, missing, undo }
}

function kindOf(emitter: object): SocketKind | undefined {
  return (emitter as { readonly [SPOKEN]?: SocketKind })[SPOKEN]
}

/** Every message comes through here, parsed, before the program's listeners can change it. */
function wrapEmit(original: Method, version: string | null): Method {
  const wrapper = {
    _emit(this: object, ...args: unknown[]) {
      const kind = kindOf(this)
      if (kind !== undefined) guarded('socket_event', () => watching().heard(this, kind, version, args))
      return original.apply(this, args)
    },
  }
  return wrapper._emit as Method
}

function wrapSender(original: Method, version: string | null): Method {
  const wrapper = {
    send(this: object, ...args: unknown[]) {
      const kind = kindOf(this)
      if (kind !== undefined) guarded('socket_send', () => watching().meet(this, kind, version))
      return original.apply(this, args)
    },
  }
  return wrapper.send as Method
}

/** A new socket after a reconnect: what was queued leaves before anything is emitted. */
function wrapCreate(original: Method, version: string | null): Method {
  const wrapper = {
    _createSocket(this: object, ...args: unknown[]) {
      const socket = original.apply(this, args)
      const kind = kindOf(this)
      if (kind !== undefined) guarded('socket_create', () => watching().meet(this, kind, version, socket))
      return socket
    },
  }
  return wrapper._createSocket as Method
}
