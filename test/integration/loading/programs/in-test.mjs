import assert from 'node:assert'
import { test } from 'node:test'
import { OpenAI } from 'openai'

globalThis.uses = [OpenAI]
test('a client', () => assert.ok(new OpenAI({ apiKey: 'sk-test-1' })))
