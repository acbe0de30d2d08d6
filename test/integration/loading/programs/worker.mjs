import { Worker } from 'node:worker_threads'

for (const file of ['esm.mjs', 'cjs.cjs']) {
  const worker = new Worker(new URL(file, import.meta.url))
  await new Promise((resolve) => worker.on('exit', resolve))
}
console.log('done')
