import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Returns } from '../http/envelope/returns.decorator.js';
import { HealthDto } from './health.dto.js';
import { HealthService } from './health.service.js';

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly service: HealthService) {}

  @Get()
  @ApiOperation({ summary: 'Whether the process can serve, its database included' })
  @Returns(HealthDto, { message: 'The service is healthy' })
  health(): Promise<HealthDto> {
    return this.service.ready();
  }

  @Get('live')
  @ApiOperation({ summary: 'Whether the process is alive, whatever its database does' })
  @Returns(HealthDto, { message: 'The process is alive' })
  live(): HealthDto {
    return this.service.live();
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether requests may be sent here' })
  @Returns(HealthDto, { message: 'The service is ready' })
  ready(): Promise<HealthDto> {
    return this.service.ready();
  }
}
