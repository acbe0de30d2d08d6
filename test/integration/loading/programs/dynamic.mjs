const { OpenAI } = await import('openai')
globalThis.uses = [OpenAI]
console.log(OpenAI.name)
