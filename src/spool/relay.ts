// Frames by message from a thread that did not start the process's shipper: worker.postMessage is its starter's alone. They
// wait here until the shipper listens, then go by a broadcast that only it hears. User threads, and the main thread beside them.

import type { FrameHead } from '../frame.ts'
import { outside, setTimeout } from '../originals.ts'
import type { Bell } from './bell.ts'
import { takePosted } from './posted.ts'

const RETRY_MS = 50

/** A frame that went by memory. */
export interface FrameMessage {
  readonly head: FrameHead
  readonly body: Uint8Array | string | undefined
}

type Channel = InstanceType<typeof BroadcastChannel> & { unref(): void }

export interface Relay {
  post(message: FrameMessage): void
  /** Hands over what waits; blocks until the shipper listens, at most `timeoutMs`. Without a shipper it comes back at once. */
  flush(timeoutMs: number): void
  close(): void
}

/** The main thread's own channel: what is posted there outlives the thread that posted it. */
const TENDED_CHANNEL = `neatlogs:threads:${process.pid}`

/**
 * Main thread: takes what its threads post, each as it comes. Returns a way to take, in this very turn, all that has come. Keeps no
 * process alive.
 */
export function hearThreads(take: (message: FrameMessage) => void): () => void {
  const channel = openChannel(TENDED_CHANNEL)
  channel.unref()
  channel.onmessage = (event: unknown) => take((event as { data: FrameMessage }).data)
  return () => takePosted(channel as never, (message) => take(message as FrameMessage))
}

/** Node's own: Deno's global one (2.9) has no `unref`, and a program may have replaced it. */
function openChannel(name: string): Channel {
  const { BroadcastChannel: NodesOwn } = process.getBuiltinModule('node:worker_threads')
  return new NodesOwn(name) as unknown as Channel
}

/** Name of the channel of a lane's process. */
export function channelName(laneName: string): string {
  return `neatlogs:${laneName}`
}

/** Opens this thread's end; the channel itself is made with the first message. */
export function openRelay(laneName: string, bell: Bell): Relay {
  const waiting: FrameMessage[] = []
  let channel: Channel | null = null
  let timer: NodeJS.Timeout | null = null

  const send = (): void => {
    timer = null
    const isTended = bell.read('tended') === 1
    if (isTended || bell.read('listening') === 1) {
      if (channel === null) {
        channel = outside(() => openChannel(isTended ? TENDED_CHANNEL : channelName(laneName)))
        channel.unref()
      }
      for (const message of waiting.splice(0)) channel.postMessage(message)
      bell.add('frames', 1)
      bell.wake('frames')
    } else if (waiting.length > 0) timer = setTimeout(send, RETRY_MS).unref()
  }
  return {
    post(message) {
      waiting.push(message)
      if (timer === null) send()
    },
    flush(timeoutMs) {
      if (waiting.length === 0 || bell.read('shipper') === 0) return
      bell.wait('listening', 0, timeoutMs)
      send()
    },
    close: () => channel?.close(),
  }
}
