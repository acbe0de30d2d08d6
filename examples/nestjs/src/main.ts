import 'reflect-metadata'
import { NestFactory } from '@nestjs/core'
import { AppModule } from './app.module.js'

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] })
// Ends by SIGTERM and SIGINT once requests are answered; neatlogs delivers at the end of the process.
app.enableShutdownHooks()
await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
console.log(`http://127.0.0.1:${process.env.PORT ?? 3000}/ask?q=Who+are+you`)
