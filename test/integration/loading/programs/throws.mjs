// An uncaught rejection: its stack is on stderr.
import { OpenAI } from 'openai'

globalThis.uses = [OpenAI]
const fail = async () => {
  throw new TypeError(OpenAI.name)
}
await fail()
