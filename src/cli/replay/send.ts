// The program that sends: a process of its own with the hook loaded, so that a replay is recorded like any call. In: on stdin the request as JSON.
// Out: nothing; the record tells. The client is the user's own openai, with the user's own key and base URL from the environment.
import { createRequire } from 'node:module'

interface Job {
  /** The file of the openai package. */
  readonly openai: string
  readonly path: string
  readonly body: { readonly [field: string]: unknown }
  readonly isStream: boolean
  readonly times: number
}

interface Client {
  post(path: string, options: object): Promise<unknown>
}

const chunks: Buffer[] = []
for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
const { openai, path, body, isStream, times } = JSON.parse(Buffer.concat(chunks).toString()) as Job
const { OpenAI } = createRequire(import.meta.url)(openai) as { OpenAI: new () => Client }
const client = new OpenAI()
for (let at = 0; at < times; at++) {
  try {
    const isBinary = path.endsWith('/audio/speech')
    const answer = await client.post(path, { body, stream: isStream, ...(isBinary ? { __binaryResponse: true } : {}) })
    if (isBinary) await (answer as Response).arrayBuffer()
    else if (isStream) for await (const _ of answer as AsyncIterable<unknown>); // read to its end, as a program would
  } catch {
    // a refusal or a lost connection: its record says so
  }
}
