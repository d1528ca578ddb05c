import { PartialType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsBoolean,
  IsBooleanString,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';

const limitMessage = { message: 'limit must be a whole number from 1 to 1000' };
const isGiven = (_: object, value: unknown) => value !== undefined;

export class UserParams {
  @Length(1, 255, { message: 'user_id must be 1 to 255 characters long' })
  @Matches(/^\P{Cc}*$/u, { message: 'user_id must not contain control characters' })
  @Matches(/\S/, { message: 'user_id must not be blank' })
  user_id!: string;
}

export class TaskParams extends UserParams {
  @IsUUID('all', { message: 'task_id must be a UUID' })
  task_id!: string;
}

export class CreateTaskDto {
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @Matches(/^\P{Cs}*$/u, { message: 'title must not contain lone surrogates' })
  @Matches(/^[^\0]*$/, { message: 'title must not contain the character U+0000' })
  @Length(1, 200, { message: 'title must be 1 to 200 characters long' })
  @IsString({
    message: ({ value }) => (value === undefined ? 'title is required' : 'title must be a string'),
  })
  title!: string;

  @Matches(/^\P{Cs}*$/u, { message: 'description must not contain lone surrogates' })
  @Matches(/^[^\0]*$/, { message: 'description must not contain the character U+0000' })
  @MaxLength(1000, { message: 'description must be at most 1000 characters long' })
  @IsString({ message: 'description must be a string or null' })
  @IsOptional()
  description?: string | null;

  @IsBoolean({ message: 'completed must be true or false' })
  @ValidateIf(isGiven)
  completed?: boolean;
}

export class UpdateTaskDto extends PartialType(CreateTaskDto, { skipNullProperties: false }) {}

export class ListTasksQuery {
  @Max(1000, limitMessage)
  @Min(1, limitMessage)
  @IsInt(limitMessage)
  @Type(() => Number)
  limit = 50;

  @IsString()
  @IsOptional()
  cursor?: string;

  @IsBooleanString({ message: 'completed must be true or false' })
  @IsOptional()
  completed?: string;
}
