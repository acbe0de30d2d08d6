import { Controller, Get, Query } from '@nestjs/common'
import { AskService } from './ask.service.js'

@Controller('ask')
export class AskController {
  constructor(private readonly service: AskService) {}

  @Get()
  ask(@Query('q') question = 'Say hi.'): Promise<string> {
    return this.service.ask(question)
  }
}
