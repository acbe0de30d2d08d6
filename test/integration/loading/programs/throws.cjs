// An uncaught error: its stack is on stderr.
const { OpenAI } = require('openai')

globalThis.uses = [OpenAI]
function fail() {
  throw new TypeError(OpenAI.name)
}
fail()
