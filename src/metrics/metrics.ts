import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram } from 'prom-client';
import { DataSource } from 'typeorm';
import { poolOf } from '../database/statements/pool-of.js';

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

  /** Requests that are being answered. */
  inFlight = 0;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    collectDefaultMetrics({ register: this.registry });
    this.gauge('http_requests_in_flight', 'Requests that are being answered', () => this.inFlight);
    this.poolGauge('size', 'Open connections to the database', (pool) => pool.totalCount);
    this.poolGauge('idle', 'Connections that wait for work', (pool) => pool.idleCount);
    this.poolGauge('waiting', 'Requests that wait for a connection', (pool) => pool.waitingCount);
    AggregatorRegistry.setRegistries([this.registry]);
  }

  /** One request, which matched the route or none, and how long it took. */
  observe(method: string, route: string | undefined, status: number, seconds: number): void {
    // Any text may be a method: only those of a route may become a label.
    const labels =
      route === undefined ? { method: 'other', route: 'none', status } : { method, route, status };
    this.duration.observe(labels, seconds);
  }

  /** @param read how many lines of the log were dropped since the start of the process */
  countDroppedLines(read: () => number): void {
    new Counter({
      name: 'log_lines_dropped_total',
      help: 'Lines of the log that nobody took in time',
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  private gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  private poolGauge(name: string, help: string, read: (pool: Pool) => number): void {
    this.gauge(`database_pool_${name}`, help, () => {
      const pool = poolOf(this.dataSource);
      return pool ? read(pool) : 0;
    });
  }
}
