import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classify, kindOf } from '../../../src/decode/endpoints.ts'

const CALLS: readonly (readonly [verb: string, path: string, operation: string, method: string])[] = [
  ['POST', '/chat/completions', 'chat', 'chat.completions.create'],
  ['POST', '/completions', 'text_completion', 'completions.create'],
  ['POST', '/responses', 'responses', 'responses.create'],
  ['POST', '/responses/compact', 'responses', 'responses.compact'],
  ['POST', '/embeddings', 'embeddings', 'embeddings.create'],
  ['POST', '/images/generations', 'image', 'images.generate'],
  ['POST', '/images/edits', 'image', 'images.edit'],
  ['POST', '/images/variations', 'image', 'images.createVariation'],
  ['POST', '/audio/speech', 'speech', 'audio.speech.create'],
  ['POST', '/audio/transcriptions', 'transcription', 'audio.transcriptions.create'],
  ['POST', '/audio/translations', 'transcription', 'audio.translations.create'],
  ['POST', '/moderations', 'moderation', 'moderations.create'],
  ['POST', '/decisions', 'other', 'decisions.create'],
  ['POST', '/videos', 'other', 'videos.create'],
  ['POST', '/videos/video_1/remix', 'other', 'videos.remix'],
  ['POST', '/agents/sessions', 'other', 'agents.sessions.create'],
  ['POST', '/threads/runs', 'other', 'threads.runs.create'],
  ['POST', '/threads/thread_1/runs', 'other', 'threads.runs.create'],
  ['POST', '/threads/thread_1/runs/run_1/submit_tool_outputs', 'other', 'threads.runs.submit_tool_outputs'],
  ['POST', '/fine_tuning/alpha/graders/run', 'other', 'fine_tuning.alpha.graders.run'],
  ['POST', '/rerank', 'other', 'rerank.create'],
]
const READS: readonly (readonly [verb: string, path: string, method: string])[] = [
  ['GET', '/responses/resp_0a1', 'responses.retrieve'],
  ['POST', '/responses/resp_0a1/cancel', 'responses.cancel'],
  ['DELETE', '/responses/resp_0a1', 'responses.delete'],
  ['GET', '/threads/thread_1/runs/run_1', 'threads.runs.retrieve'],
  ['GET', '/agents/sessions/s_1/turns/turn_1', 'agents.sessions.turns.retrieve'],
  ['GET', '/agents/sessions/s_1/subagents/sub_1/turns/turn_1', 'agents.sessions.subagents.turns.retrieve'],
]
const UNSURE: readonly (readonly [verb: string, path: string, method: string])[] = [
  ['POST', '/somewhere/else', 'somewhere.else.create'],
  ['POST', '/ocr', 'ocr.create'],
]
const OTHER: readonly (readonly [verb: string, path: string, method: string])[] = [
  ['GET', '/chat/completions', 'chat.completions.list'],
  ['GET', '/chat/completions/chatcmpl-1', 'chat.completions.retrieve'],
  ['POST', '/chat/completions/chatcmpl-1', 'chat.completions.update'],
  ['GET', '/chat/completions/chatcmpl-1/messages', 'chat.completions.messages.list'],
  ['GET', '/responses/resp_0a1/input_items', 'responses.input_items.list'],
  ['POST', '/responses/input_tokens', 'responses.input_tokens'],
  ['GET', '/files', 'files.list'],
  ['POST', '/files', 'files.create'],
  ['GET', '/files/file-a1/content', 'files.content'],
  ['DELETE', '/files/file-a1', 'files.delete'],
  ['POST', '/batches', 'batches.create'],
  ['POST', '/batches/batch_1/cancel', 'batches.cancel'],
  ['GET', '/models', 'models.list'],
  ['GET', '/models/gpt-4o', 'models.retrieve'],
  ['GET', '/fine_tuning/jobs', 'fine_tuning.jobs.list'],
  ['GET', '/fine_tuning/jobs/ftjob-1/events', 'fine_tuning.jobs.events.list'],
  ['POST', '/vector_stores/vs_1/files', 'vector_stores.files.create'],
  ['POST', '/vector_stores/vs_1/search', 'vector_stores.search'],
  ['POST', '/threads', 'threads.create'],
  ['POST', '/threads/thread_1/runs/run_1', 'threads.runs.update'],
  ['GET', '/threads/thread_1/runs', 'threads.runs.list'],
  ['POST', '/assistants', 'assistants.create'],
  ['POST', '/agents', 'agents.create'],
  ['POST', '/realtime/client_secrets', 'realtime.client_secrets.create'],
  ['POST', '/fine_tuning/jobs', 'fine_tuning.jobs.create'],
  ['POST', '/evals/eval_1/runs', 'evals.runs.create'],
  ['POST', '/conversations/conv_1/items', 'conversations.items.create'],
  ['PATCH', '/somewhere/else', 'somewhere.else.update'],
  ['GET', '/organization/usage/completions', 'organization.usage.completions.list'],
  ['GET', '/organization/usage/embeddings', 'organization.usage.embeddings.list'],
  ['POST', '', 'post'],
]
const PREFIXES = [
  '',
  '/v1',
  '/api/v1',
  '/openai/deployments/my-gpt4',
  '/openai/v1',
  'https://gateway.test:8443/team-7/v1',
]

describe.each(PREFIXES)('under %j', (prefix) => {
  test.each(CALLS)('%s %s is %s', (verb, path, operation, method) => {
    expect(classify(verb, prefix + path)).toEqual({ operation, method })
    expect(classify(verb, `${prefix + path}/?api-version=2024-10-21`)).toEqual({ operation, method })
    expect(kindOf(verb, `${prefix + path}?beta=true`)).toBe('call')
  })

  test.each(READS)('%s %s is a read', (verb, path, method) => {
    expect(classify(verb, prefix + path)).toEqual({ operation: 'fetch_response', method })
    expect(kindOf(verb, prefix + path)).toBe('read')
  })
})

describe.each(['', '/v1', '/openai/deployments/my-gpt4'])('under %j', (prefix) => {
  test.each(OTHER)('%s %s is other: %s', (verb, path, method) => {
    if (path !== '') expect(classify(verb, prefix + path)).toEqual({ operation: 'other', method })
    if (path !== '') expect(kindOf(verb, prefix + path)).toBe('none')
  })

  test.each(UNSURE)('%s %s: its answer will tell', (verb, path, method) => {
    expect(classify(verb, prefix + path)).toEqual({ operation: 'other', method })
    expect(kindOf(verb, prefix + path)).toBe('unsure')
  })
})

test('a path without a word is named by its verb', () => {
  expect(classify('POST', '')).toEqual({ operation: 'other', method: 'post' })
  expect(classify('PATCH', '/v1/')).toEqual({ operation: 'other', method: 'patch' })
})

test('kindOf and classify agree on any path', () => {
  const word = fc.constantFrom(
    'v1',
    'chat',
    'completions',
    'responses',
    'resp_1',
    'cancel',
    'compact',
    'embeddings',
    'input_tokens',
    'input_items',
    'files',
    '',
    'audio',
    'speech',
  )
  const path = fc.array(word, { maxLength: 6 }).map((words) => `/${words.join('/')}`)
  fc.assert(
    fc.property(fc.constantFrom('GET', 'POST', 'DELETE', 'PUT'), path, (verb, value) => {
      const { operation } = classify(verb, value)
      const kind = kindOf(verb, value)
      expect(kind === 'read').toBe(operation === 'fetch_response')
      if (kind !== 'call') expect(['other', 'fetch_response']).toContain(operation)
    }),
    { numRuns: 2000 },
  )
})
