// Tap of a web stream that Node itself reads by its slots: `Readable.fromWeb` of Node 26 asks a stream's controller, and no method of the
// reader. In: a body and its reader. Out: what such a read gets, told to the branch. Main thread; nothing happens where Node has other slots.
import type { Branch } from './branch.ts'
import { attach, type Methods, stampOf } from './stamp.ts'

/** A read as Node's streams hand it on: methods by symbols of their own. */
type ReadRequest = { readonly [step: symbol]: (value?: unknown) => unknown }

interface Controlled {
  readonly [state: symbol]: { readonly controller?: unknown } | undefined
}

/** What is known of one stream's controller. */
interface Slots {
  readonly branch: Branch
  /** The last reader; one before it has given way, and its `closed` tells only that. */
  reader: object
  /** Somebody has read so: until then the reader's own methods tell more exactly. */
  isUsed: boolean
}

/** Watches reads by slots of one stream. `closed` of the reader tells its end; it is handled already, as the standard wants it. */
export function watchSlots(body: object, reader: object, branch: Branch): void {
  const state = symbolOf(body, 'kState')
  const controller = state === undefined ? undefined : (body as Controlled)[state]?.controller
  if (typeof controller !== 'object' || controller === null || !Object.isExtensible(controller)) return
  const known = stampOf(controller) as Slots | undefined
  const slots = known ?? { branch, reader, isUsed: false }
  slots.reader = reader
  if (known === undefined) attach(controller, slots, controllerMethods)
  const { closed } = reader as { readonly closed: Promise<unknown> }
  const isTold = (): boolean => slots.isUsed && slots.reader === reader
  closed.then(
    () => isTold() && branch.onResult({ done: true }),
    (error: unknown) => isTold() && branch.failed(error),
  )
}

const controllerMethods = (own: Methods): object => {
  const pull = symbolOf(own, 'kPull')
  if (pull === undefined) return {}
  return {
    [pull](this: object, request: ReadRequest, ...rest: unknown[]) {
      const slots = stampOf(this) as Slots | undefined
      return own[pull]?.apply(this, [slots === undefined ? request : observed(request, slots), ...rest])
    },
  }
}

/** Each request that is asked again and again, with the one that stands before it. */
const requests = new WeakMap<object, ReadRequest>()

/** `read`, iterators and pipes have requests of classes and are seen where they are called; `fromWeb` has a plain object. */
function observed(request: ReadRequest, slots: Slots): ReadRequest {
  const known = requests.get(request)
  if (known !== undefined) return known
  const chunk = symbolOf(request, 'kChunk')
  const fail = symbolOf(request, 'kError')
  if (chunk === undefined || fail === undefined || Object.getPrototypeOf(request) !== Object.prototype) return request
  slots.isUsed = true
  const { branch } = slots
  const onChunk = (value: unknown): unknown => {
    branch.onResult({ value: value as Uint8Array })
    return request[chunk]?.(value)
  }
  // It cancels the reader at once, which would look as if the program had left.
  const onError = (error: unknown): unknown => {
    branch.failed(error)
    return request[fail]?.(error)
  }
  const before = Object.create(request, { [chunk]: { value: onChunk }, [fail]: { value: onError } }) as ReadRequest
  requests.set(request, before)
  return before
}

function symbolOf(owner: object, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(owner).find((symbol) => symbol.description === description)
}
