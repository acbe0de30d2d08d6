// The CommonJS file that defines the class, imported; nothing else of it is required.
import client from 'openai/client.js'

globalThis.uses = [client.OpenAI]
console.log(client.OpenAI.name)
