import { describe, expect, test } from 'vitest'
import { readFinishReasons } from '../../../src/decode/finish.ts'
import { backgroundId, ownsUsage } from '../../../src/decode/own-usage.ts'
import { NO_USAGE, readUsage } from '../../../src/decode/usage.ts'
import type { Json, Usage } from '../../../src/record.ts'

function usageOf(body: Json, provider = 'openai'): Usage {
  return readUsage(body, { provider, model: null })
}

describe('readUsage', () => {
  test('chat, with every detail', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 20,
      total_tokens: 30,
      prompt_tokens_details: { cached_tokens: 4, audio_tokens: 0, cache_write_tokens: 3 },
      completion_tokens_details: { reasoning_tokens: 5, audio_tokens: 6 },
    }
    expect(usageOf({ usage })).toEqual({
      input_tokens: 10,
      output_tokens: 20,
      total_tokens: 30,
      cache_read_input_tokens: 4,
      cache_write_input_tokens: 3,
      reasoning_output_tokens: 5,
      text_input_tokens: null,
      text_output_tokens: null,
      image_input_tokens: null,
      image_output_tokens: null,
      audio_input_tokens: 0,
      audio_output_tokens: 6,
    })
  })

  test('responses', () => {
    const usage = {
      input_tokens: 1,
      output_tokens: 2,
      total_tokens: 3,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 2 },
    }
    expect(usageOf({ usage })).toEqual({
      ...NO_USAGE,
      input_tokens: 1,
      output_tokens: 2,
      total_tokens: 3,
      cache_read_input_tokens: 0,
      reasoning_output_tokens: 2,
    })
  })

  const CASES: readonly (readonly [name: string, body: Json, expected: object])[] = [
    ['embeddings', { usage: { prompt_tokens: 8, total_tokens: 8 } }, { input_tokens: 8, total_tokens: 8 }],
    [
      'a transcription in tokens',
      {
        usage: {
          type: 'tokens',
          input_tokens: 3,
          output_tokens: 1,
          total_tokens: 4,
          input_token_details: { audio_tokens: 3 },
        },
      },
      { input_tokens: 3, output_tokens: 1, total_tokens: 4, audio_input_tokens: 3 },
    ],
    ['a transcription by duration', { usage: { type: 'duration', seconds: 12 } }, {}],
    [
      'Anthropic names',
      { usage: { cache_creation_input_tokens: 7, cache_read_input_tokens: 9 } },
      { cache_write_input_tokens: 7, cache_read_input_tokens: 9 },
    ],
    ['DeepSeek', { usage: { prompt_cache_hit_tokens: 5 } }, { cache_read_input_tokens: 5 }],
    ['a Groq stream', { x_groq: { usage: { prompt_tokens: 2 } } }, { input_tokens: 2 }],
    [
      'Moonshot, in the choice',
      { choices: [{ usage: { prompt_tokens: 2, cached_tokens: 1 } }] },
      { input_tokens: 2, cache_read_input_tokens: 1 },
    ],
    ['Ollama, of its own names', { prompt_eval_count: 2, eval_count: 3 }, { input_tokens: 2, output_tokens: 3 }],
    ['llama.cpp', { timings: { prompt_n: 2, predicted_n: 3 } }, { input_tokens: 2, output_tokens: 3 }],
    [
      'zeros before the counts',
      { usage: { prompt_tokens: 0 }, x_groq: { usage: { prompt_tokens: 2 } } },
      { input_tokens: 2 },
    ],
    ['zeros alone', { usage: { prompt_tokens: 0 }, x_groq: { usage: { prompt_tokens: 0 } } }, { input_tokens: 0 }],
    [
      'images',
      {
        usage: {
          input_tokens_details: { text_tokens: 1, image_tokens: 2 },
          output_tokens_details: { image_tokens: 3 },
        },
      },
      { text_input_tokens: 1, image_input_tokens: 2, image_output_tokens: 3 },
    ],
    [
      'xAI: reasoning beside the output',
      {
        usage: {
          prompt_tokens: 279,
          completion_tokens: 6,
          total_tokens: 374,
          completion_tokens_details: { reasoning_tokens: 89 },
        },
      },
      { input_tokens: 279, output_tokens: 95, total_tokens: 374, reasoning_output_tokens: 89 },
    ],
    [
      'a total that holds more than anybody says',
      { usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 9 } },
      { input_tokens: 1, output_tokens: 2, total_tokens: 9 },
    ],
    ['no usage', { id: 'x' }, {}],
    ['usage null', { usage: null }, {}],
    ['no object', 'text', {}],
    ['nonsense counts', { usage: { prompt_tokens: '7', completion_tokens: -1, total_tokens: null } }, {}],
  ]
  test.each(CASES)('%s', (_, body, expected) => {
    expect(usageOf(body)).toEqual({ ...NO_USAGE, ...expected })
  })

  test('Gemini: the total tells the output', () => {
    const body = { usage: { prompt_tokens: 20, completion_tokens: 198, total_tokens: 623 } }
    expect(usageOf(body, 'gcp.gemini')).toMatchObject({ input_tokens: 20, output_tokens: 603 })
    expect(usageOf(body)).toMatchObject({ output_tokens: 198 })
  })

  test('of a stream that no fold knows the last event that has any', () => {
    const events = [{ usage: { input_tokens: 1 } }, { event: 'x', data: { usage: { input_tokens: 5 } } }, { type: 'y' }]
    expect(usageOf({ events })).toEqual({ ...NO_USAGE, input_tokens: 5 })
    expect(usageOf({ events: [{ type: 'y' }, 1] })).toEqual(NO_USAGE)
  })
})

describe('ownsUsage', () => {
  const whole = { object: 'response', id: 'resp_1', background: false }
  const background = { ...whole, background: true }
  test.each([
    ['call', whole, true],
    ['unsure', {}, true],
    ['read', whole, false],
    ['read', background, true],
    ['read', { object: 'thread.run', id: 'run_1' }, true],
    ['read', { object: 'agent.session.turn', id: 'turn_1', status: 'completed' }, true],
    ['read', { ...background, status: 'in_progress' }, false],
    ['read', null, false],
    ['none', background, false],
  ] as const)('%s of %j: %s', (kind, body, owns) => {
    expect(ownsUsage(kind, body)).toBe(owns)
  })

  test('a run is found in its events', () => {
    const run = { object: 'thread.run', id: 'run_1' }
    const events = [
      { event: 'thread.run.created', data: run },
      { event: 'done', data: '[DONE]' },
    ]
    expect(backgroundId({ events })).toBe('run_1')
    expect(backgroundId({ events: [] })).toBeNull()
  })
})

describe('readFinishReasons', () => {
  const CASES: readonly (readonly [name: string, body: Json, brokeOff: boolean, expected: readonly string[]])[] = [
    [
      'one per choice',
      { choices: [{ finish_reason: 'stop' }, { finish_reason: 'length' }] },
      false,
      ['stop', 'length'],
    ],
    ['a choice that goes on', { choices: [{ finish_reason: null }] }, false, []],
    [
      'a stream that broke off',
      { choices: [{ finish_reason: 'stop' }, { finish_reason: null }] },
      true,
      ['stop', 'error'],
    ],
    [
      'responses completed',
      { object: 'response', status: 'completed', output: [{ type: 'message' }] },
      false,
      ['stop'],
    ],
    [
      'responses with a call',
      { object: 'response', status: 'completed', output: [{ type: 'function_call' }] },
      false,
      ['tool_calls'],
    ],
    [
      'responses cut',
      { object: 'response', status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
      false,
      ['length'],
    ],
    [
      'responses filtered',
      { object: 'response', status: 'incomplete', incomplete_details: { reason: 'content_filter' } },
      false,
      ['content_filter'],
    ],
    ['responses failed', { object: 'response', status: 'failed' }, false, ['error']],
    ['responses queued', { object: 'response', status: 'queued' }, false, []],
    ['an embedding', { object: 'list', data: [] }, false, []],
    ['text', 'x', false, []],
  ]
  test.each(CASES)('%s', (_, body, brokeOff, expected) => {
    expect(readFinishReasons(body, brokeOff)).toEqual(expected)
  })
})
