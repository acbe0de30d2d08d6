// One call → one training example of chat fine-tuning. Rules: https://platform.openai.com/docs/api-reference/fine-tuning/chat-input,
// https://platform.openai.com/docs/guides/supervised-fine-tuning, pictures: https://platform.openai.com/docs/guides/vision-fine-tuning. Pure.
import { type Bag, bag, list, text } from '../narrow.ts'
import { type Chat, chatOf } from './chat.ts'
import type { Message } from './chat-message.ts'
import { NoForm } from './no-form.ts'

const MAX_PICTURES = 10
const MAX_FUNCTIONS = 128
/** A picture is of one of these kinds, or at an address. */
const PICTURE = /^(?:https?:|data:image\/(?:jpeg|png|webp);base64,)/i

/** `{"messages": […], "tools": […], "parallel_tool_calls": true}`; the last message is the answer. */
export function fineTuningExample(record: unknown): Bag | NoForm {
  const chat = chatOf(record)
  if (chat instanceof NoForm) return chat
  const problem = problemOf(chat)
  if (problem !== null) return new NoForm(problem)
  const { messages, answer, tools, functions, parallelToolCalls } = chat
  return {
    messages: [...messages, answer],
    ...(tools === null ? {} : { tools }),
    ...(tools === null || parallelToolCalls === null ? {} : { parallel_tool_calls: parallelToolCalls }),
    ...(functions === null ? {} : { functions }),
  }
}

function problemOf({ messages, functions }: Chat): string | null {
  if (messages.length === 0) return 'no message'
  if (functions !== null && functions.length > MAX_FUNCTIONS) return `more than ${MAX_FUNCTIONS} functions`
  const pictures = messages.flatMap(picturesOf)
  if (pictures.length > MAX_PICTURES) return `more than ${MAX_PICTURES} pictures`
  return pictures.every((address) => PICTURE.test(address)) ? null : 'a picture that is neither JPEG, PNG nor WebP'
}

function picturesOf({ content }: Message): string[] {
  return list(content)
    .map(bag)
    .filter(({ type }) => type === 'image_url')
    .map(({ image_url: picture }) => text(bag(picture).url) ?? text(picture) ?? '')
}
