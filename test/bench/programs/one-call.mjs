// One call with a canned answer; then it ends, or stays for STAY_MS.
import OpenAI from 'openai'

const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Yes.' } }]
const answer = { id: 'r-1', object: 'chat.completion', created: 1, model: 'm', choices }
const client = new OpenAI({
  apiKey: 'sk-test',
  baseURL: 'http://127.0.0.1:9/v1',
  fetch: async () => Response.json(answer),
})
await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
const stayMs = Number(process.env.STAY_MS ?? 0)
if (stayMs > 0) setTimeout(() => {}, stayMs)
