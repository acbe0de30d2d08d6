// Real records for the commands that ask: an unchanged program under the hook makes calls against the fixture server. Out: a folder of records.
import { join } from 'node:path'
import { startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { makeTemp } from '../run.ts'
import { cleanEnv, PACKAGE, startProgram } from './command.ts'
import { placeProgram } from './killed.ts'

const PROGRAM = `import OpenAI from 'openai'
const client = new OpenAI({ maxRetries: 1 })
const weather = { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }
const system = { role: 'system', content: 'Be brief.' }
const chat = (model, messages, rest = {}) => client.chat.completions.create({ model, messages: [system, ...messages], ...rest })

await chat('gpt-4o-mini', [{ role: 'user', content: 'Hi' }], { temperature: 0 })
const asked = [{ role: 'user', content: 'Weather in Zürich?' }]
const tools = [{ type: 'function', function: weather }]
const first = await chat('scenario-tools', asked, { tools })
const call = first.choices[0].message
const result = { role: 'tool', tool_call_id: call.tool_calls[0].id, content: 'sunny' }
await chat('gpt-4o-mini', [...asked, call, result], { tools })
const stream = await chat('gpt-4o', [{ role: 'user', content: 'A story. '.repeat(400) }], { stream: true, stream_options: { include_usage: true } })
for await (const chunk of stream);
await chat('scenario-flaky-500', [{ role: 'user', content: 'twice' }])
await chat('scenario-status-400', [{ role: 'user', content: 'wrong' }]).catch(() => {})
await client.embeddings.create({ model: 'text-embedding-3-small', input: ['one', 'two'] })
await client.responses.create({ model: 'gpt-4o-mini', instructions: 'Be brief.', input: 'Name one lake.' })
await client.responses.create({
  model: 'scenario-tools',
  input: [{ role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] }],
  tools: [{ type: 'function', ...weather, strict: false }],
})
await client.moderations.create({ model: 'omni-moderation-latest', input: 'nice' })
const audio = { type: 'input_audio', input_audio: { data: Buffer.from('RIFFsound').toString('base64'), format: 'wav' } }
await chat('gpt-4o-audio-preview', [{ role: 'user', content: [audio] }])
`
/** How many calls it makes. */
export const CALL_COUNT = 11

/** Runs it with more of the environment; its records lie in the folder afterwards. */
export async function recordCalls(env: { readonly [name: string]: string } = {}): Promise<string> {
  const dir = join(makeTemp('asked'), 'neatlogs')
  const server = await startOpenAI()
  const app = placeProgram(PROGRAM)
  const running = startProgram(process.execPath, [app], {
    cwd: join(app, '..'),
    env: cleanEnv({
      NEATLOGS_DIR: dir,
      NEATLOGS_TRACE_ID: 'trace-of-the-test',
      NEATLOGS_TAGS: 'search',
      NODE_OPTIONS: `--import file://${join(PACKAGE, 'register.mjs')}`,
      OPENAI_API_KEY: 'sk-test-asking',
      OPENAI_BASE_URL: `${server.url}/v1`,
      NEATLOGS_EXIT_TIMEOUT_MS: '20000',
      ...env,
    }),
  })
  const ended = await running.ended
  await server.close()
  if (ended.code !== 0) throw new Error(ended.stderr)
  return dir
}
