import {
  Injectable,
  SetMetadata,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { map, type Observable } from 'rxjs';

const MESSAGE = 'message';

export const ResponseMessage = (message: string) => SetMetadata(MESSAGE, message);

@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  private readonly reflector = new Reflector();

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const message = this.reflector.get<string>(MESSAGE, context.getHandler());
    return next
      .handle()
      .pipe(
        map((result: object) =>
          'meta' in result && 'items' in result
            ? { success: true, data: result.items, message, meta: result.meta }
            : { success: true, data: result, message },
        ),
      );
  }
}
