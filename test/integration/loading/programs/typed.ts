import OpenAI from 'openai'

const uses: readonly unknown[] = [OpenAI]
Object.assign(globalThis, { uses })
console.log(OpenAI.name)
