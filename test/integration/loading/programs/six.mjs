import { createRequire } from 'node:module'
import { OpenAI as Seven } from 'dep-esm'
import Four from 'dep-four'
import Three from 'dep-three'
import { OpenAI as Six } from 'openai'
import { OpenAI as Five } from 'openai-five'

const FiveAgain = createRequire(import.meta.url)('openai-five').OpenAI
globalThis.uses = [Seven, Four, Three.OpenAIApi, Six, Five, FiveAgain]
console.log(globalThis.uses.map((each) => each.name).join())
