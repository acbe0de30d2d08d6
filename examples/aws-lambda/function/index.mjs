// The handler, as AWS calls it. Its calls are recorded by the layer; flush() is all it has to do for that.
import { createRequire } from 'node:module'
import OpenAI from 'openai'

// Lambda puts the layer's folder on NODE_PATH, where require() looks and import does not.
const { flush } = await import(createRequire(import.meta.url).resolve('neatlogs'))
const client = new OpenAI()

export async function handler(event) {
  try {
    const messages = [{ role: 'user', content: event.question ?? 'Say hi.' }]
    const answer = await client.chat.completions.create({ model: 'gpt-4o-mini', messages })
    return { statusCode: 200, body: answer.choices[0].message.content }
  } finally {
    // With the answer the sandbox is frozen, and perhaps never thawed: deliver before. At most 5 of the function's 30 seconds.
    await flush(5000)
  }
}
