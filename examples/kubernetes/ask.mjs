// A service that asks a model every few seconds until it is told to stop. It knows nothing of neatlogs.
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'

const client = new OpenAI()
const stop = new AbortController()
const { signal } = stop
// Process 1 of a container is not ended by a signal that it does not listen to: without these lines, SIGKILL after the grace period.
process.once('SIGTERM', () => stop.abort())
process.once('SIGINT', () => stop.abort())

for (let number = 1; !signal.aborted; number++) {
  try {
    const answer = await client.chat.completions.create(
      { model: 'gpt-4o-mini', messages: [{ role: 'user', content: `Say ${number} in words.` }] },
      { signal },
    )
    console.log(answer.choices[0].message.content)
  } catch (error) {
    console.error(`${error.name}: ${error.message}`)
  }
  await sleep(Number(process.env.PAUSE_MS ?? 3000), null, { signal }).catch(() => {})
}
console.log('stopped')
