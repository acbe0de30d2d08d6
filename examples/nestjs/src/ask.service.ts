import { Injectable } from '@nestjs/common'
import OpenAI from 'openai'

@Injectable()
export class AskService {
  private readonly client = new OpenAI()

  async ask(question: string): Promise<string> {
    const answer = await this.client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: question }],
    })
    return answer.choices[0]?.message.content ?? ''
  }
}
