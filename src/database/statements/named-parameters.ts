/** An SQL text as PostgreSQL wants it, and the names of its parameters in the order of their numbers. */
export interface Numbered {
  readonly text: string;
  readonly parameters: readonly string[];
}

/** Gives the named parameters of a text, like `:task_id`, their numbers; `::` is a cast. */
export function numberParameters(text: string): Numbered {
  const parameters: string[] = [];
  const numbered = text.replaceAll(/(?<!:):(\w+)/g, (_, parameter: string) => {
    if (!parameters.includes(parameter)) parameters.push(parameter);
    return `$${parameters.indexOf(parameter) + 1}`;
  });
  return { text: numbered, parameters };
}
