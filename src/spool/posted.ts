// Leaf: takes in this very turn what has been posted to a port. Worker, main and user threads.
import type { MessagePort } from 'node:worker_threads'

/** Calls `take` with each message that waits at the port. Deno (2.9) knows that for ports of its own only: there they come as events. */
export function takePosted(port: MessagePort, take: (message: unknown) => void): void {
  const { receiveMessageOnPort } = process.getBuiltinModule('node:worker_threads')
  try {
    for (let got = receiveMessageOnPort(port); got; got = receiveMessageOnPort(port)) take(got.message)
  } catch (error) {
    if (!process.versions.deno) throw error
  }
}
