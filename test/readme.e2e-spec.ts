import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { errorCatalogue } from '../src/errors/error-catalogue.js';

describe('README.md', () => {
  it('has the code and the status of every error, and no others', async () => {
    const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `([A-Z_]+)` +\| (\d{3}) +\|/gm)];
    const written = rows.map(([, code, status]) => `${code}: ${status}`);
    const catalogue = Object.entries(errorCatalogue).map(
      ([code, { status }]) => `${code}: ${status}`,
    );
    expect(written.sort()).toEqual(catalogue.sort());
  });
});
