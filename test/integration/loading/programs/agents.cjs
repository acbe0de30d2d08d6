const { Agent } = require('@openai/agents')

console.log(new Agent({ name: 'a', instructions: 'b' }).name)
