import { ApiProperty } from '@nestjs/swagger';

/** That the process is able to do what was asked for; if it is not, the answer is an error. */
export class HealthDto {
  @ApiProperty({ enum: ['ok'] })
  readonly status!: 'ok';

  static readonly example: HealthDto = { status: 'ok' };
}
