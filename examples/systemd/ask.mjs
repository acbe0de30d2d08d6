// A service that asks a model every few seconds. It knows nothing of neatlogs.
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'

const client = new OpenAI()
for (let number = 1; ; number++) {
  try {
    const messages = [{ role: 'user', content: `Say ${number} in words.` }]
    const answer = await client.chat.completions.create({ model: 'gpt-4o-mini', messages })
    console.log(answer.choices[0].message.content)
  } catch (error) {
    console.error(`${error.name}: ${error.message}`)
  }
  await sleep(3000)
}
