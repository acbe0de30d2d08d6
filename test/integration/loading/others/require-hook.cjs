// Another tool: require-in-the-middle on the main entry, its own copy.
const { appendFileSync } = require('node:fs')
const { Hook } = require('require-in-the-middle')

let count = 0
new Hook(['openai'], (exports) => {
  if (typeof exports.OpenAI === 'function') count++
  return exports
})
process.on('exit', () => appendFileSync(process.env.FOUND_FILE, `${JSON.stringify({ other: count })}\n`))
