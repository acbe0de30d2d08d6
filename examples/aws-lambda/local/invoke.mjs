// Two events through the handler in a local sandbox. Prints each answer, and what had been delivered when the sandbox was frozen.
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startSandbox } from './sandbox.mjs'

const HERE = fileURLToPath(new URL('../', import.meta.url))
const modules = join(HERE, 'layer/nodejs/node_modules')
const dir = join(mkdtempSync(join(tmpdir(), 'lambda-')), 'neatlogs')
const sandbox = await startSandbox({
  task: join(HERE, 'function'),
  modules,
  env: {
    NODE_OPTIONS: `--experimental-require-module --import=${new URL('../layer/nodejs/node_modules/neatlogs/register.mjs', import.meta.url)}`,
    NEATLOGS_DIR: dir,
    NEATLOGS_SERVICE: 'ask',
    NEATLOGS_EXPORTER: 'file',
    OPENAI_API_KEY: process.env.OPENAI_API_KEY,
    OPENAI_BASE_URL: process.env.OPENAI_BASE_URL ?? '',
  },
})
for (const question of ['Say hi.', 'Say it again, after a thaw.']) {
  const { body } = await sandbox.invoke({ question })
  console.log(`${body}\n  frozen with the answer; delivered by then: ${delivered()}`)
}
await sandbox.kill()
console.log(`sandbox killed; the records: npx neatlogs tail --dir ${dir}`)

function delivered() {
  if (!existsSync(join(dir, 'records'))) return 'nothing'
  const files = readdirSync(join(dir, 'records'))
  const lines = files.flatMap((file) =>
    readFileSync(join(dir, 'records', file), 'utf8')
      .trim()
      .split('\n'),
  )
  return lines.map((line) => JSON.parse(line).msg).join(', ')
}
