// One call → one item of an evals data source: `item` is what a test's templates read, e.g. `{{ item.output }}`. Rules:
// https://platform.openai.com/docs/guides/evals and `CreateEvalJSONLRunDataSource` of the openai package. Pure.
import { type Bag, bag } from '../narrow.ts'
import { chatOf } from './chat.ts'
import { NoForm } from './no-form.ts'
import { answeredText } from './said.ts'

/** `{"item": {"input": [messages], "output": "…", "model": "…", …}}` */
export function evalsItem(record: unknown): Bag | NoForm {
  const chat = chatOf(record)
  if (chat instanceof NoForm) return chat
  const { id, tags, metadata, request, response } = bag(record)
  const { messages, answer, tools } = chat
  const output = typeof answer.content === 'string' ? answer.content : answeredText(bag(response).body)
  const calls = answer.tool_calls === undefined ? {} : { tool_calls: answer.tool_calls }
  return {
    item: {
      input: messages,
      output,
      ...calls,
      ...(tools === null ? {} : { tools }),
      model: bag(request).model ?? null,
      tags,
      metadata,
      id,
    },
  }
}
