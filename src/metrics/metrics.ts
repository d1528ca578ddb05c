import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { NextFunction, Request, Response } from 'express';
import type { Pool } from 'pg';
import { AggregatorRegistry, collectDefaultMetrics, Gauge, Histogram } from 'prom-client';
import { DataSource } from 'typeorm';
import { routeOf } from '../logging/request-log.js';

/** Upper bounds of the buckets, in seconds: from a cached read to the longest answer there can be. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 8];

/** What this process measures of itself, for Prometheus. No label names a user or a task. */
@Injectable()
export class Metrics {
  /** Of the kind that also answers when the primary process adds up its workers. */
  readonly registry = new AggregatorRegistry();

  private readonly duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [this.registry],
  });

  private readonly inFlight = new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that are being answered',
    registers: [this.registry],
  });

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    collectDefaultMetrics({ register: this.registry });
    this.poolGauge('size', 'Open connections to the database', (pool) => pool.totalCount);
    this.poolGauge('idle', 'Connections that wait for work', (pool) => pool.idleCount);
    this.poolGauge('waiting', 'Requests that wait for a connection', (pool) => pool.waitingCount);
    AggregatorRegistry.setRegistries([this.registry]);
  }

  /** Express middleware that measures every request. */
  readonly observe = (request: Request, response: Response, next: NextFunction): void => {
    const stop = this.duration.startTimer();
    this.inFlight.inc();
    response.once('close', () => {
      this.inFlight.dec();
      // Any text may be a method: only those of a route may become a label.
      const route = routeOf(request);
      const method = route === undefined ? 'other' : request.method;
      stop({ method, route: route ?? 'none', status: response.statusCode });
    });
    next();
  };

  private poolGauge(name: string, help: string, read: (pool: Pool) => number): void {
    const { dataSource } = this;
    new Gauge({
      name: `database_pool_${name}`,
      help,
      registers: [this.registry],
      collect() {
        const { master } = dataSource.driver as { master?: Pool };
        this.set(master ? read(master) : 0);
      },
    });
  }
}
