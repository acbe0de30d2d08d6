import OpenAI from 'openai'

/** GET /api/ask?q=… streams the model's answer as it comes. */
export async function GET(request) {
  const client = new OpenAI()
  const content = request.nextUrl.searchParams.get('q') ?? 'Say hi.'
  const stream = await client.chat.completions.create(
    { model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content }] },
    { signal: request.signal },
  )
  const text = async function* () {
    for await (const chunk of stream) yield chunk.choices[0]?.delta?.content ?? ''
  }
  return new Response(ReadableStream.from(text()).pipeThrough(new TextEncoderStream()))
}
