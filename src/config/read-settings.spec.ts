import { describe, expect, it } from '@jest/globals';
import { settingsFrom } from './read-settings.js';
import { Settings } from './settings.js';
import { StartupError } from '../errors/startup-error.js';

const messageOf = (environment: Record<string, string>) => {
  try {
    settingsFrom(environment);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(StartupError);
    return (error as Error).message;
  }
};

describe('settingsFrom', () => {
  it('has a default for everything', () => {
    expect(settingsFrom({})).toEqual(new Settings());
    expect(new Settings()).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', DATA_DIR: '.data' });
  });

  it('takes a variable that is set to nothing for absent', () => {
    expect(settingsFrom({ PORT: '', DATABASE_URL: ' ' })).toEqual(new Settings());
  });

  it('reads numbers and ignores what it does not know', () => {
    const settings = settingsFrom({ PORT: '8080', DATABASE_POOL_SIZE: '5', PATH: '/bin' });
    expect(settings).toMatchObject({ PORT: 8080, DATABASE_POOL_SIZE: 5 });
    expect(settings).not.toHaveProperty('PATH');
  });

  it.each([
    'postgres://localhost/tasks',
    'postgresql://user:p%40ss@host.example:5433/tasks?sslmode=require',
    ' postgres://user@[::1]/tasks\n',
    'postgres://host',
    'postgres://user@%2Frun%2Fpostgresql/tasks',
    'postgres://user:pass@/tasks?host=/run/postgresql',
    'postgres://user:p%25%23%2F%3F%40@host/tasks%20list',
    'postgres://user:p@ss:word@host/tasks',
    'postgres://host/tasks?user=ada&password=p%26w',
    'postgres://host/tasks?sslmode=verify-ca&sslrootcert=/not/yet/there',
  ])('takes the database as it is pasted: %s', (DATABASE_URL) => {
    expect(settingsFrom({ DATABASE_URL }).DATABASE_URL).toBe(DATABASE_URL.trim());
  });

  it.each([
    ['PORT', 'x'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['DATABASE_URL', 'mysql://localhost/tasks'],
    ['DATABASE_URL', 'postgres://'],
    ['DATABASE_URL', 'postgres:///tasks'],
    ['DATABASE_URL', 'postgres://user:100%@host/tasks'],
    ['DATABASE_URL', 'postgres://user:p%ss@host/tasks'],
    ['DATABASE_URL', 'postgres://user:p%ff@host/tasks'],
    ['DATABASE_URL', 'postgres://user:p%c3@host/tasks'],
    ['DATABASE_URL', 'postgres://%@host/tasks'],
    ['DATABASE_URL', 'postgres://user@host/%zz'],
    ['DATABASE_URL', 'postgres://user@host/tasks?password=%'],
    ['DATABASE_URL', 'postgres://user:pa#ss@host/tasks'],
    ['DATABASE_URL', 'postgres://user:12#ss@host/tasks'],
    ['DATABASE_URL', 'postgres://user:pa?ss@host/tasks'],
    ['DATABASE_URL', 'postgres://user:12?ss@host/tasks'],
    ['DATABASE_URL', 'postgres://user:pa/ss@host/tasks'],
    ['DATABASE_URL', 'postgres://user:12/ss@host/tasks'],
    ['DATABASE_URL', 'postgres://user:pa ss@host/tasks'],
    ['DATABASE_URL', 'postgres://user@host:65536/tasks'],
    ['DATABASE_URL', 'postgres://user@host:0/tasks'],
    ['DATABASE_URL', 'postgres://user@host:port/tasks'],
    ['DATABASE_URL', 'postgres://user@host/tasks?port=99999'],
    ['DATABASE_URL', 'postgres://user@one:5432,two:5432/tasks'],
    ['DATABASE_URL', 'postgres://ho^st/tasks'],
    ['MIGRATIONS', 'later'],
    ['LOG_LEVEL', 'loud'],
    ['DATABASE_POOL_SIZE', '0'],
    ['DATABASE_STATEMENT_TIMEOUT_MS', '-1'],
  ])('refuses %s=%s', (name, value) => {
    expect(messageOf({ [name]: value })).toContain(`  ${name} must be`);
  });

  it('names everything that is wrong at once and prints no value', () => {
    const message = messageOf({ PORT: 'sesame', DATABASE_URL: 'sesame', LOG_LEVEL: 'sesame' });
    expect(message).toMatch(/PORT must.*DATABASE_URL must.*LOG_LEVEL must/s);
    expect(message).not.toContain('sesame');
  });
});
