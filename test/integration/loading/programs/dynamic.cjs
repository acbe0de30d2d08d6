import('openai').then(({ OpenAI }) => {
  globalThis.uses = [OpenAI]
  console.log(OpenAI.name)
})
