import helmet from 'helmet';

/**
 * The security headers of every answer: helmet's defaults, asked for once, because they are the same
 * for every request and helmet would build them anew each time.
 */
export const securityHeaders: readonly (readonly [name: string, value: string])[] = collect();

function collect() {
  const headers: [string, string][] = [];
  const response = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader: () => undefined,
  };
  const protect = helmet({
    contentSecurityPolicy: {
      // Swagger UI is served over plain HTTP too, where an upgraded address would not answer.
      directives: { upgradeInsecureRequests: null },
    },
  });
  protect({} as never, response as never, () => undefined);
  return headers;
}
