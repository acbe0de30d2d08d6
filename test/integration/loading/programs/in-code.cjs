// No preload: openai is loaded first, then the hooks are installed by code. argv[2] is neatlogs' dist folder.
const { OpenAI } = require('openai')
const { installHooks } = require(`${process.argv[2]}/hook/install.js`)
const { loadedCopies } = require(`${process.argv[2]}/hook/loaded.js`)
const { OPENAI_TARGET } = require(`${process.argv[2]}/openai/targets.js`)

const early = loadedCopies([OPENAI_TARGET])
console.log('before', early.map((copy) => `${copy.format} ${copy.version} ${copy.exported === OpenAI}`).join())
const later = []
console.log(
  'installed',
  installHooks([OPENAI_TARGET], (copy) => later.push(copy), console.error),
)
console.log('after', later.map((copy) => `${copy.format} ${copy.version} ${copy.exported === OpenAI}`).join())
