import { AzureOpenAI } from 'openai/azure'
import { OpenAI } from 'openai/client'
import { Completions } from 'openai/resources/chat/completions'

class Mine extends OpenAI {}

globalThis.uses = [AzureOpenAI, OpenAI, Mine]
console.log(OpenAI.name, Completions.name)
