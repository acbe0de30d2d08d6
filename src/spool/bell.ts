// The doorbell: a few words of shared memory between the threads of a process and its shipper. Main thread and worker.

import { hrtime } from '../originals.ts'
import { HELD_FILES_BYTES, type HeldFiles, openHeldFiles } from './held-files.ts'

/** Words of the shared Int32Array. */
const WORD = {
  /** Grows with each frame that is worth waking for. */
  frames: 0,
  /** Above 0 while a part of the shipper sleeps. */
  asleep: 1,
  /** Number of the newest request to deliver all there is (flush, exit). */
  drainAsked: 2,
  /** Number of the newest such request that was served. */
  drainDone: 3,
  /** 1 when the process is ending: calls without an end are `incomplete`. */
  ending: 4,
  /** 0 no shipper, 1 running. */
  shipper: 5,
  /** Calls of this process that its first destination has taken. */
  delivered: 6,
  /** Calls that were left out on purpose (sampling). */
  skipped: 7,
  /** Calls that were lost: no disk and no room in memory, or beyond the cap. */
  dropped: 8,
  /** 1 once the user was told where records go. */
  told: 9,
  /** Grows when the lane's folder is gone: taken over by another process, or deleted. */
  laneLost: 10,
  /** Calls that the destination refused for good (kept in rejected.ndjson). */
  rejected: 11,
  /** KiB of frames that the shipper has taken from its messages. */
  received: 12,
  /** Monotonic seconds of the shipper's last sign of life. */
  beat: 13,
  /** Calls whose end was appended. */
  appended: 14,
  /** KiB of frames that were sent as messages. */
  posted: 15,
  /** Epoch seconds when the lane's lease was renewed. */
  lease: 16,
  /** 1 while the shipper hears the threads that did not start it. */
  listening: 17,
  /** Threads that have appended: above 1, some may still do so while the main thread ends. */
  writers: 18,
  /** 0 no names yet, 1 a thread is writing them, 2 they are there. */
  named: 19,
  /** Bytes of the names behind the words. */
  nameBytes: 20,
  /** 1 when the main thread starts the shipper for its threads and takes their messages: they may be ended at any moment. */
  tended: 21,
  /** How many lanes were lost when one was last lost to another process. */
  taken: 22,
  /** 1 while what lies in a lost lane's files is not on disk under a name again. */
  unsaved: 23,
} as const

const WORDS = 24
/** The names that the threads of a process agree on: lane and session. */
const NAME_BYTES = 1000
/** Size of the shared memory. The preload makes it before this file is loaded (src/preload/start.ts). */
export const BELL_BYTES = WORDS * 4 + NAME_BYTES + HELD_FILES_BYTES
export type BellWord = keyof typeof WORD

/** Seconds of the monotonic clock that all threads of a process share; `performance.now()` begins anew in each. */
export function clockS(): number {
  return hrtime()[0]
}

export interface Bell {
  readonly shared: SharedArrayBuffer
  /** Segments that are open in the process's threads. */
  readonly held: HeldFiles
  read(word: BellWord): number
  write(word: BellWord, value: number): void
  add(word: BellWord, value: number): number
  /** Sets a word when it is still `from`. Returns true for the one thread that did it. */
  claim(word: BellWord, from: number, to: number): boolean
  /** Asks the shipper to deliver all there is. Returns the number that `drainDone` will reach. */
  askDrain(): number
  /** Wakes whoever waits for this word. */
  wake(word: BellWord): void
  /** Blocks the thread until the word is no longer `value`, at most `timeoutMs`. */
  wait(word: BellWord, value: number, timeoutMs: number): void
  /** The same without blocking. */
  waitAsync(word: BellWord, value: number, timeoutMs: number): { readonly async: boolean; readonly value: unknown }
}

/** Opens the doorbell on shared memory, or on new memory. */
export function openBell(shared: SharedArrayBuffer = new SharedArrayBuffer(BELL_BYTES)): Bell {
  const words = new Int32Array(shared, 0, WORDS)
  const add = (word: BellWord, value: number): number => Atomics.add(words, WORD[word], value) + value
  const wake = (word: BellWord): void => {
    Atomics.notify(words, WORD[word])
  }
  return {
    shared,
    held: openHeldFiles(shared, WORDS * 4 + NAME_BYTES),
    add,
    wake,
    askDrain() {
      const asked = add('drainAsked', 1)
      add('frames', 1)
      wake('drainAsked')
      wake('frames')
      return asked
    },
    waitAsync: (word, value, timeoutMs) => Atomics.waitAsync(words, WORD[word], value, timeoutMs),
    read: (word) => Atomics.load(words, WORD[word]),
    write: (word, value) => {
      Atomics.store(words, WORD[word], value)
    },
    claim: (word, from, to) => Atomics.compareExchange(words, WORD[word], from, to) === from,
    wait: (word, value, timeoutMs) => {
      Atomics.wait(words, WORD[word], value, timeoutMs)
    },
  }
}

/**
 * Agrees with the process's other threads on a text: the first that asks makes it, the others read it. Made late, because the
 * random numbers in it cost a program that never calls openai milliseconds of start-up.
 */
export function agreeOn(bell: Bell, make: () => string): string {
  const region = new Uint8Array(bell.shared, WORDS * 4, NAME_BYTES)
  if (bell.claim('named', 0, 1)) {
    const bytes = new TextEncoder().encode(make())
    region.set(bytes.subarray(0, NAME_BYTES))
    bell.write('nameBytes', bytes.byteLength)
    bell.write('named', 2)
    bell.wake('named')
  } else bell.wait('named', 1, NAMING_TIMEOUT_MS)
  return new TextDecoder().decode(region.slice(0, bell.read('nameBytes')))
}

/** A thread that was ended while it wrote the names: the others go on with what is there. */
const NAMING_TIMEOUT_MS = 1000

/** After a frame: wakes the shipper when it sleeps; costs two atomic words when it does not. */
export function ring(bell: Bell): void {
  bell.add('frames', 1)
  if (bell.read('asleep') > 0) bell.wake('frames')
}
