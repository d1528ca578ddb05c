import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/**
 * Builds the version before the newest migration: the one that still serves while that migration runs. It is
 * taken from git, and built with the packages that are installed here.
 *
 * @param folder where to; there must be nothing yet
 * @returns the commit, and the program to run
 */
export async function buildPreviousVersion(folder) {
  const commit = commitBeforeNewestMigration();
  await mkdir(folder);
  const archive = git('archive', commit);
  execFileSync('tar', ['-x', '-C', folder], { input: archive });

  const modules = join(folder, 'node_modules');
  const packages = await readdir(join(folder, 'packages')).catch(() => []);
  await mkdir(join(modules, '@tasks'), { recursive: true });
  for (const name of await readdir('node_modules')) {
    if (name !== '@tasks') await symlink(resolve('node_modules', name), join(modules, name));
  }
  for (const name of packages) {
    await symlink(join(folder, 'packages', name), join(modules, '@tasks', name));
  }
  for (const part of [...packages.map((name) => join('packages', name)), '.']) {
    const tsc = resolve('node_modules/typescript/bin/tsc');
    const project = join(folder, part, 'tsconfig.build.json');
    execFileSync(process.execPath, [tsc, '-p', project], { stdio: 'inherit' });
  }
  return { commit, main: join(folder, 'dist/src/main.js') };
}

function commitBeforeNewestMigration() {
  const log = ['log', '-1', '--diff-filter=A', '--format=%P', '--', 'migrations/'];
  let parents = '';
  try {
    parents = String(git(...log)).trim();
  } catch {
    // No git, or no repository: the message below says the same.
  }
  const [parent] = parents.split(' ');
  assert(parent, 'There is no git history of migrations/: clone it whole, with all its commits');
  return parent;
}

function git(...args) {
  return execFileSync('git', args, { maxBuffer: 2 ** 28 });
}
