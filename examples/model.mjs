// `node model.mjs COMMAND …` runs the command with a model to ask. With OPENAI_API_KEY it is OpenAI's, and nothing is changed;
// without, a local server that answers in its place. The command's exit code is ours.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { startOpenAI } from '../fixtures/servers/openai.mjs'

const [command, ...args] = process.argv.slice(2)
const env = { ...process.env }
if (!env.OPENAI_API_KEY) {
  const { url } = await startOpenAI()
  Object.assign(env, { OPENAI_API_KEY: 'sk-local', OPENAI_BASE_URL: `${url}/v1` })
  console.log(`OPENAI_API_KEY is not set: a local model server answers at ${url}`)
}
const child = spawn(command, args, { env, stdio: 'inherit', shell: process.platform === 'win32' })
// Ctrl+C reaches the command by itself; it decides when it ends.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('error', (error) => {
  console.error(error.message)
  process.exit(127)
})
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
