import { describe, expect, it } from '@jest/globals';
import { settingsFrom } from './read-settings.js';
import { Settings } from './settings.js';
import { StartupError } from './startup-error.js';

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
  ])('takes the database as it is pasted: %s', (DATABASE_URL) => {
    expect(settingsFrom({ DATABASE_URL }).DATABASE_URL).toBe(DATABASE_URL.trim());
  });

  it.each([
    ['PORT', 'x'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['DATABASE_URL', 'mysql://localhost/tasks'],
    ['DATABASE_URL', 'postgres://'],
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
