import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const cwd = fileURLToPath(new URL('..', import.meta.url));

/** The files of tests that a script would run; `--ignore-scripts` leaves out the build before it. */
async function filesOf(script: string, ...files: readonly string[]): Promise<string[]> {
  // The option comes last: before the files, it would end a list that swallows them.
  const options = ['run', '--silent', '--ignore-scripts', script, '--', ...files, '--listTests'];
  const { stdout } = await promisify(execFile)('npm', options, { cwd });
  return stdout
    .trim()
    .split('\n')
    .map((file) => basename(file))
    .sort();
}

describe.each(['test', 'test:e2e'])('npm run %s', (script) => {
  it('leaves the resilience tests out', async () => {
    const files = await filesOf(script);
    expect(files).toContain('tasks-list.e2e-spec.ts');
    expect(files).not.toContain('faults.e2e-spec.ts');
  });

  it('runs the files that are named, and no others', async () => {
    expect(await filesOf(script, 'test/tasks-list')).toEqual(['tasks-list.e2e-spec.ts']);
    expect(await filesOf(script, 'test/tasks-list', 'test/health')).toEqual([
      'health.e2e-spec.ts',
      'tasks-list.e2e-spec.ts',
    ]);
  });
});

describe('npm test', () => {
  it('runs the unit tests and those of the packages, too', async () => {
    const names = ['error-code-of.spec.ts', 'embedded-postgres.e2e-spec.ts'];
    expect(await filesOf('test')).toEqual(expect.arrayContaining(names));
  });
});

describe('npm run test:resilience', () => {
  it('runs the resilience tests alone', async () => {
    const files = await filesOf('test:resilience');
    expect(files).toContain('faults.e2e-spec.ts');
    expect(files).not.toContain('tasks-list.e2e-spec.ts');
  });

  it('runs the file that is named, and no others', async () => {
    expect(await filesOf('test:resilience', 'test/resilience/faults')).toEqual([
      'faults.e2e-spec.ts',
    ]);
  });
});
