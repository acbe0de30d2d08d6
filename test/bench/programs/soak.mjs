// A program of the soak: calls of many kinds, four at a time, until LIFE_MS are over, then ENDING. Writes one line to LEDGER the moment it has
// what it asked for, by a synchronous write, so that a kill cannot take it: `user whole|error|left`.
import { openSync, writeSync } from 'node:fs'
import OpenAI from 'openai'
import { generator } from './random.mjs'

const { MODEL, LEDGER, NAME, LIFE_MS, ENDING, SEED } = process.env
const AT_ONCE = 4
const ledger = openSync(LEDGER, 'a')
const client = new OpenAI({ apiKey: 'sk-test-soak', baseURL: MODEL, maxRetries: 1, timeout: 20_000 })
const random = generator(Number(SEED))
const endMs = performance.now() + Number(LIFE_MS)
let count = 0

const chat = (user, more) =>
  client.chat.completions.create({
    model: 'gpt-4o-mini',
    user,
    messages: [{ role: 'user', content: `Question ${user}: ${'grüße 東京, '.repeat(Math.floor(random() * 60))}ja` }],
    ...more,
  })

async function readStream(stream, leaveAfter = Number.POSITIVE_INFINITY) {
  let seen = 0
  for await (const _chunk of stream) if (++seen >= leaveAfter) return 'left'
  return 'whole'
}

/** Each gives what the program knows at its end: `whole`, `error`, or `left` (it went before the end). */
const KINDS = {
  plain: async (user) => ((await chat(user)).id ? 'whole' : 'error'),
  tools: async (user) => ((await chat(user, { model: 'scenario-tools' })).id ? 'whole' : 'error'),
  stream: async (user) => readStream(await chat(user, { stream: true })),
  long: async (user) => readStream(await chat(user, { stream: true, model: 'scenario-long-300+pace-1' })),
  leave: async (user) => readStream(await chat(user, { stream: true, model: 'scenario-long-300+pace-1' }), 20),
  responses: async (user) => {
    const answer = await client.responses.create({ model: 'gpt-4o-mini', user, input: `Question ${user}` })
    return answer.id ? 'whole' : 'error'
  },
  large: async (user) => ((await chat(user, { model: 'scenario-big-1' })).id ? 'whole' : 'error'),
  slow: async (user) => ((await chat(user, { model: 'scenario-slow-400' })).id ? 'whole' : 'error'),
  flaky: async (user) => ((await chat(user, { model: 'scenario-flaky-500' })).id ? 'whole' : 'error'),
  refused: (user) => chat(user, { model: 'scenario-status-400-bare' }).then(() => 'whole'),
  failing: (user) => chat(user, { model: 'scenario-status-500-bare' }).then(() => 'whole'),
  cut: async (user) => readStream(await chat(user, { stream: true, model: 'scenario-cut-body' })),
}
// how often each comes, of 100
const SHARES = {
  plain: 36,
  tools: 6,
  stream: 22,
  long: 5,
  leave: 4,
  responses: 10,
  large: 1,
  slow: 4,
  flaky: 4,
  refused: 4,
  failing: 2,
  cut: 2,
}
const deck = Object.entries(SHARES).flatMap(([kind, share]) => Array(share).fill(kind))

async function callUntil() {
  while (performance.now() < endMs) {
    const user = `${NAME}-${count++}`
    const kind = deck[Math.floor(random() * deck.length)]
    const outcome = await KINDS[kind](user).catch(() => 'error')
    writeSync(ledger, `${user} ${outcome} ${kind}\n`)
    await new Promise((resolve) => setTimeout(resolve, random() * 150))
  }
}

const callers = Array.from({ length: AT_ONCE }, callUntil)
if (ENDING === 'return') await Promise.all(callers)
else {
  await Promise.race(callers) // three calls are still under way
  if (ENDING === 'exit') process.exit(0)
  if (ENDING === 'throw') throw new Error('the program’s own failure')
}
