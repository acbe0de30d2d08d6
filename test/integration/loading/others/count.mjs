// Says at the end how often the other tool's own openai hook has fired.
import { appendFileSync } from 'node:fs'
import { Hook } from 'import-in-the-middle'

export function countHook() {
  let count = 0
  new Hook(['openai'], (exported) => {
    if (typeof exported.OpenAI === 'function') count++
  })
  process.on('exit', () => appendFileSync(process.env.FOUND_FILE, `${JSON.stringify({ other: count })}\n`))
}
