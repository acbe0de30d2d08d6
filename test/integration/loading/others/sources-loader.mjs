import { readFile } from 'node:fs/promises'

export async function load(url, context, next) {
  const loaded = await next(url, context)
  if (loaded.format !== 'commonjs') return loaded
  return { ...loaded, source: loaded.source ?? (await readFile(new URL(url))) }
}
