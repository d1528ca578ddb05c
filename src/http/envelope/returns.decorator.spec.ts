import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApiProperty, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { describe, expect, it } from '@jest/globals';
import { Page } from '../pages/page.js';
import { Returns } from './returns.decorator.js';

class TagDto {
  @ApiProperty()
  readonly name!: string;

  static readonly example: TagDto = { name: 'home' };
}

const message = 'x';
const tag = TagDto.example;
const page = new Page([tag], { limit: 50, has_more: false, next_cursor: null });

@Controller()
class TagsController {
  @Get('one')
  @Returns(TagDto, { message })
  one(): TagDto {
    return tag;
  }

  @Get('promised')
  @Returns(TagDto, { message })
  promised(): Promise<TagDto> {
    return Promise.resolve(tag);
  }

  @Get('array')
  @Returns([TagDto], { message })
  array(): Promise<readonly TagDto[]> {
    return Promise.resolve([tag]);
  }

  @Get('page')
  @Returns(TagDto, { message, paged: true })
  page(): Promise<Page<TagDto>> {
    return Promise.resolve(page);
  }
}

@Module({ controllers: [TagsController] })
class TagsModule {}

/** What the document says of the answer to `GET` of a path. */
async function documentedAnswer(path: string) {
  const app = await NestFactory.create(TagsModule, { logger: false });
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
  await app.close();
  const answer = document.paths[path]?.get?.responses['200'];
  return answer && 'content' in answer ? answer.content?.['application/json'] : undefined;
}

const $ref = '#/components/schemas/TagDto';

describe('@Returns', () => {
  it.each(['/one', '/promised'])('documents one of the type: %s', async (path) => {
    expect(await documentedAnswer(path)).toMatchObject({
      schema: { required: ['success', 'data', 'message'], properties: { data: { $ref } } },
      example: { success: true, data: tag, message },
    });
  });

  it('documents an array of the type', async () => {
    const answer = await documentedAnswer('/array');
    expect(answer).toMatchObject({
      schema: {
        required: ['success', 'data', 'message'],
        properties: { data: { type: 'array', items: { $ref } } },
      },
      example: { success: true, data: [tag], message },
    });
    expect(answer?.example).not.toHaveProperty('meta');
  });

  it('documents a page of the type', async () => {
    expect(await documentedAnswer('/page')).toMatchObject({
      schema: {
        required: ['success', 'data', 'message', 'meta'],
        properties: { data: { type: 'array', items: { $ref } } },
      },
      example: { data: [tag], meta: page.meta },
    });
  });
});

/** `npm run types` fails when the compiler takes one of these. */
export class LyingController {
  // @ts-expect-error an array is not one
  @Returns(TagDto, { message })
  arrayAsOne(): TagDto[] {
    return [tag];
  }

  // @ts-expect-error nor is a promise of an array
  @Returns(TagDto, { message })
  promisedArrayAsOne(): Promise<TagDto[]> {
    return Promise.resolve([tag]);
  }

  // @ts-expect-error nor is a page
  @Returns(TagDto, { message })
  pageAsOne(): Page<TagDto> {
    return page;
  }

  // @ts-expect-error one is no array
  @Returns([TagDto], { message })
  oneAsArray(): TagDto {
    return tag;
  }

  // @ts-expect-error an array is no page
  @Returns(TagDto, { message, paged: true })
  arrayAsPage(): TagDto[] {
    return [tag];
  }

  // @ts-expect-error one type is not another
  @Returns(TagDto, { message })
  another(): { readonly title: string } {
    return { title: 'x' };
  }

  // @ts-expect-error what may be absent is not always there
  @Returns(TagDto, { message })
  perhaps(): Promise<TagDto | undefined> {
    return Promise.resolve(undefined);
  }

  // @ts-expect-error a page is of a type, not of arrays
  @Returns([TagDto], { message, paged: true })
  pageOfArrays(): Page<TagDto> {
    return page;
  }
}
