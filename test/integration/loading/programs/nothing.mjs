console.log('no openai here', Object.keys(globalThis).length)
