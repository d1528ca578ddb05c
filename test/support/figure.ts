/** Prints what a promise came to in this run, for docs/reliability.md. */
export function figure(name: string, value: number, unit: string): void {
  process.stdout.write(`figure: ${name}: ${Math.round(value)} ${unit}\n`);
}
