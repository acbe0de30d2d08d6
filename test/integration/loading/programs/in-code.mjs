// No preload: openai is loaded first, then the hooks are installed by code. argv[2] is neatlogs' dist folder.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { OpenAI } from 'openai'

const dist = pathToFileURL(`${process.argv[2]}/`)
const { installHooks } = await import(new URL('hook/install.js', dist))
const { loadedCopies } = await import(new URL('hook/loaded.js', dist))
const { OPENAI_TARGET } = await import(new URL('openai/targets.js', dist))

const early = loadedCopies([OPENAI_TARGET])
console.log('before', early.map((copy) => `${copy.format} ${copy.version} ${copy.exported === OpenAI}`).join())
const later = []
console.log(
  'installed',
  installHooks([OPENAI_TARGET], (copy) => later.push(copy), console.error),
)
console.log(
  'again',
  installHooks([OPENAI_TARGET], () => {}, console.error),
)
createRequire(import.meta.url)('openai')
console.log('after', later.map((copy) => `${copy.format} ${copy.version}`).join())
