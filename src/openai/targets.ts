// Which files of the openai package define the client class, per module system. Plain data: it crosses to the hooks thread.

/** v5+ define `OpenAI` in `client`, v4 in `index` (its `APIClient` in `core`), v3 `OpenAIApi` in `dist/api`. */
export const OPENAI_TARGET = {
  package: 'openai',
  esm: [
    { file: 'client.mjs', report: 'OpenAI' },
    { file: 'index.mjs', report: 'OpenAI' },
  ],
  cjs: [
    { file: 'client.js', report: 'exports.OpenAI' },
    { file: 'core.js', report: 'exports.APIClient' },
    { file: 'dist/api.js', report: 'exports.OpenAIApi' },
  ],
} as const
