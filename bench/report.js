import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { isUsageKnown } from './process-usage.js';
import { TASKS_PER_USER, USERS } from './seed.js';
import { summary } from './statistics.js';

/** What was run, where. */
export function describeRun({ rounds, seconds, connections }, generator, postgres) {
  const memory = Math.round(totalmem() / 2 ** 30);
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return [
    '',
    `${USERS} users x ${TASKS_PER_USER} tasks, ${connections} connections (${generator}), rounds of ${seconds} s: ${rounds}`,
    `Node ${process.version}, PostgreSQL ${postgres}, ${platform()} ${arch()}, ${availableParallelism()} x ${processor}, ${memory} GiB`,
    '',
  ].join('\n');
}

/** What is shown of every scenario. */
const columns = [
  { heading: 'requests/s', figure: ({ rate }) => rate, decimals: 0 },
  { heading: 'p50 ms', figure: ({ p50 }) => p50, decimals: 2 },
  { heading: 'p99 ms', figure: ({ p99 }) => p99, decimals: 2 },
  ...(isUsageKnown
    ? [
        { heading: 'CPU s per 1,000', figure: ({ cpu }) => cpu, decimals: 3 },
        { heading: 'PostgreSQL CPU', figure: ({ databaseCpu }) => databaseCpu, decimals: 3 },
        { heading: 'RSS MiB', figure: ({ memory }) => memory, decimals: 0 },
      ]
    : []),
];

/**
 * The table of everything: medians, in brackets the extremes, and the ratio to the floor's median.
 *
 * @param {import('./comparison.js').Result[]} results
 */
export function table(results, { scenarios }) {
  const rows = [['', '', ...columns.map(({ heading }) => heading), 'failed']];
  const floor = results.find(({ name }) => name === 'floor');
  for (const scenario of scenarios) {
    rows.push([]);
    const base = floor?.refused[scenario] === undefined ? floor?.rounds[scenario] : undefined;
    results.forEach(({ label, rounds: { [scenario]: rounds = [] }, refused }, at) => {
      const cells =
        refused[scenario] === undefined
          ? columns.map(({ figure, decimals }) =>
              cell(rounds.map(figure), base?.map(figure), decimals),
            )
          : ['refused', ...columns.slice(1).map(() => '')];
      rows.push([at === 0 ? scenario : '', label, ...cells, failures(rounds)]);
    });
  }
  rows.push([]);
  results.forEach(({ label, starts }, at) => {
    rows.push([at === 0 ? 'start ms' : '', label, cell(starts, floor?.starts, 0)]);
  });
  return [markdown(rows), ...results.flatMap(missingFields), ...results.flatMap(refusals), ''].join(
    '\n',
  );
}

/** What a server's tasks lack, which its figures should be read with. */
function missingFields({ label, unknown }) {
  if (unknown.length === 0) return [];
  return [`\n${label} was compared without the fields it does not know: ${unknown.join(', ')}`];
}

/** Why a server has no figures: each reason once, with the scenarios that it concerns. */
function refusals({ label, refused }) {
  return [...new Set(Object.values(refused))].map((reason) => {
    const concerned = Object.keys(refused).filter((scenario) => refused[scenario] === reason);
    return `\n${label} is refused for ${concerned.join(', ')}: ${reason}`;
  });
}

function failures(rounds) {
  return String(rounds.reduce((sum, { failed, broken }) => sum + failed + broken, 0));
}

function cell(values, base, decimals) {
  const { median, min, max } = summary(values);
  if (!Number.isFinite(median)) return '';
  const text = (value) =>
    value.toLocaleString('en', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
  const spread = values.length > 1 ? ` (${text(min)}..${text(max)})` : '';
  const ratio = base ? median / summary(base).median : NaN;
  return `${text(median)}${spread}${Number.isFinite(ratio) ? ` x${ratio.toFixed(2)}` : ''}`;
}

/** A Markdown table, the first row its heading, that can be read on a terminal too. */
export function markdown(rows) {
  const filled = rows.map((row) => rows[0].map((_, at) => row[at] ?? ''));
  const widths = rows[0].map((_, at) => Math.max(3, ...filled.map((row) => row[at].length)));
  const line = (row) => `| ${row.map((text, at) => text.padEnd(widths[at])).join(' | ')} |`;
  const [heading, ...body] = filled.map(line);
  return [heading, line(widths.map((width) => '-'.repeat(width))), ...body].join('\n');
}
