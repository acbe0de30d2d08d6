// A stand-in for OpenAI on 127.0.0.1, for the pod's other container. Leave it out with a real key.
import { createServer } from 'node:http'

const server = createServer(async (request, response) => {
  let text = ''
  for await (const piece of request) text += piece
  const { model, messages } = JSON.parse(text)
  const content = `You said: ${messages.at(-1).content}`
  const answer = {
    id: `chatcmpl-${Date.now()}`,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model,
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
    usage: { prompt_tokens: 9, completion_tokens: 6, total_tokens: 15 },
  }
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
})
server.listen(Number(process.env.MODEL_PORT ?? 8080), '127.0.0.1')
process.once('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})
