// The programs of a soak: each slot starts one, ends it in a random way after a random time, and starts the next. Slot 0 is left alone to
// the end, so that its memory can be watched.
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { pick } from './chaos.mjs'

const ENDINGS = ['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGTERM', 'SIGINT', 'exit', 'throw', 'return']
const GRACE_MS = 120_000 // a machine that is busy is slow to end, too

/** Starts `count` slots, whose programs are called `<prefix><slot>r<run>`. `ended` lists `{ name, ending, how }`; `pids()` names what runs; `stop()` ends all by SIGTERM. */
export function startPrograms({ prefix, count, random, command, env }) {
  const ended = []
  const running = new Map()
  let stopping = false
  const slots = Array.from({ length: count }, (_, slot) => runSlot(slot))

  async function runSlot(slot) {
    for (let run = 0; !stopping; run++) {
      const name = `${prefix}${slot}r${run}`
      const ending = slot === 0 ? 'SIGTERM' : pick(random, ENDINGS)
      const lifeMs = slot === 0 ? 10 ** 9 : 300 + random() * 9000
      const child = start(name, ending, ending.startsWith('SIG') ? 10 ** 9 : lifeMs)
      running.set(name, child)
      const closed = new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)))
      if (ending.startsWith('SIG')) {
        await Promise.race([sleepUnlessStopped(lifeMs), closed])
        // `stop` has asked it already: a second SIGTERM would end it in the midst of its exit.
        if (!stopping) child.kill(ending)
      }
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS + lifeMs)
      const how = await closed
      clearTimeout(timer)
      running.delete(name)
      // at the end of the soak a program may just be ending in its own way
      ended.push({ name, ending: stopping && how === 'SIGTERM' ? how : ending, how, problem: child.problem() })
      if (!stopping) await sleep(random() * 500)
    }
  }

  async function sleepUnlessStopped(ms) {
    const endMs = performance.now() + ms
    while (!stopping && performance.now() < endMs) await sleep(Math.min(100, ms))
  }

  function start(name, ending, lifeMs) {
    const seed = Math.floor(random() * 2 ** 31)
    const [node, ...argv] = command
    const child = spawn(node, argv, {
      env: { ...env, NAME: name, SEED: String(seed), LIFE_MS: String(Math.round(lifeMs)), ENDING: ending },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let text = ''
    child.stderr.setEncoding('utf8').on('data', (piece) => {
      text += piece
    })
    child.problem = () => text
    return child
  }

  return {
    ended,
    pids: () => new Map([...running].map(([name, child]) => [name, child.pid])),
    stop: async () => {
      stopping = true
      for (const child of running.values()) child.kill('SIGTERM')
      await Promise.all(slots)
    },
  }
}
