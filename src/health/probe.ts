// The container's health check: ends with 0 when the server on this machine is alive.
import { readSettings } from '../config/read-settings.js';

const { PORT } = readSettings();
const answer = await fetch(`http://127.0.0.1:${PORT}/health/live`).catch(() => undefined);
process.exitCode = answer?.ok ? 0 : 1;
