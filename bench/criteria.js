import { isUsageKnown } from './process-usage.js';
import { markdown } from './report.js';
import { summary } from './statistics.js';

/** Least ratio of requests/s to the floor's: what must be, and what is aimed at. */
const RATES = {
  list: { must: 0.65, aim: 0.9 },
  get: { must: 0.72, aim: 0.9 },
  post: { must: 0.7, aim: 0.9 },
  put: { must: 0.65, aim: 0.9 },
  delete: { must: 0.7, aim: 0.9 },
  mix: { must: 0.65, aim: 0.9 },
};

/** So far two copies of the floor may be apart in a run that counts. */
const NOISE = 1.1;
/** So many rounds has a run that counts. */
const ROUNDS = 5;
const MEMORY_MIB = 200;
const START_MS = 1_200;

/** What is held against a limit in every scenario; `limit` is undefined where there is none. */
const perScenario = [
  {
    what: `the faster floor to the slower, at most ${NOISE}`,
    value: (of) => spread(of('floor', 'rate'), of('floor2', 'rate')),
    limit: () => NOISE,
    isMost: true,
  },
  {
    what: 'requests/s to the floor: must',
    value: (of) => of('app', 'rate') / of('floor', 'rate'),
    limit: (scenario) => RATES[scenario]?.must,
  },
  {
    what: 'requests/s to the floor: aim',
    value: (of) => of('app', 'rate') / of('floor', 'rate'),
    limit: (scenario) => RATES[scenario]?.aim,
  },
  {
    what: 'requests/s to Express + pg: at least 1.5',
    value: (of) => of('app', 'rate') / of('express', 'rate'),
    limit: () => 1.5,
  },
  {
    what: 'requests/s to the tutorial: at least 2.5',
    value: (of) => of('app', 'rate') / of('tutorial', 'rate'),
    limit: () => 2.5,
  },
  {
    what: 'CPU to the floor: at most 1.6',
    value: (of) => of('app', 'cpu') / of('floor', 'cpu'),
    limit: () => (isUsageKnown ? 1.6 : undefined),
    isMost: true,
  },
  {
    what: 'p99 to the floor: at most 1.5',
    value: (of) => of('app', 'p99') / of('floor', 'p99'),
    limit: () => 1.5,
    isMost: true,
  },
];

/**
 * What the figures must show, marked from the figures alone: ok, or below for what was not reached.
 *
 * @param {import('./comparison.js').Result[]} results
 */
export function criteria(results, { scenarios, rounds }) {
  const rows = perScenario.map(({ what, value, limit, isMost }) => [
    what,
    ...scenarios.map((scenario) => {
      if (limit(scenario) === undefined) return '';
      const figure = value((server, name) => median(results, server, scenario, name));
      return mark(figure, limit(scenario), isMost);
    }),
  ]);
  const app = results.find(({ name }) => name === 'app');
  const peaks = scenarios.map((scenario) => median(results, 'app', scenario, 'memory'));
  const peak = Math.max(...peaks.filter((value) => value > 0));
  const start = app ? summary(app.starts).median : NaN;
  return [
    markdown([['this service', ...scenarios], ...rows]),
    '',
    ...(isUsageKnown ? [`RSS at most ${MEMORY_MIB} MiB: ${mark(peak, MEMORY_MIB, true, 0)}`] : []),
    `start within ${START_MS} ms: ${mark(start, START_MS, true, 0)}`,
    `rounds, at least ${ROUNDS}: ${mark(rounds, ROUNDS, false, 0)}`,
    '',
  ].join('\n');
}

function mark(value, limit, isMost = false, decimals = 2) {
  if (!Number.isFinite(value)) return 'no figure';
  const passes = isMost ? value <= limit : value >= limit;
  return `${value.toFixed(decimals)} ${passes ? 'ok' : 'below'}`;
}

/** The median of a figure over the rounds; NaN if there is none. */
function median(results, server, scenario, figure) {
  const result = results.find(({ name }) => name === server);
  const rounds = result?.rounds[scenario];
  if (rounds === undefined || result.refused[scenario] !== undefined) return NaN;
  return summary(rounds.map((round) => round[figure])).median;
}

const spread = (one, other) => Math.max(one, other) / Math.min(one, other);
