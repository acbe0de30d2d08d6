const cluster = require('node:cluster')

if (cluster.isPrimary) cluster.fork().on('exit', (code) => console.log('worker ended', code))
else {
  globalThis.uses = [require('openai').OpenAI]
  console.log('worker', globalThis.uses[0].name)
  cluster.worker.disconnect()
}
