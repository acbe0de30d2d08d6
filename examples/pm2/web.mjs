// GET /?q=… asks the model. Several processes share the port.
import { createServer } from 'node:http'
import OpenAI from 'openai'

const client = new OpenAI()
const server = createServer(async (request, response) => {
  const question = new URL(request.url, 'http://localhost').searchParams.get('q') ?? 'Say hi.'
  try {
    const messages = [{ role: 'user', content: question }]
    const answer = await client.chat.completions.create({ model: 'gpt-4o-mini', messages })
    response.end(`${process.pid}: ${answer.choices[0].message.content}\n`)
  } catch (error) {
    response.writeHead(502).end(`${error.message}\n`)
  }
})
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
// PM2 asks with SIGINT. Its channel keeps a cluster's process alive, so closing alone does not end it.
process.once('SIGINT', () => {
  server.close(() => process.exit())
  server.closeIdleConnections()
})
