/**
 * Providers hand out URLs whose `sslmode` has libpq's meaning: `require` encrypts and `verify-full` also
 * checks the certificate. pg by itself reads `require` as `verify-full` and refuses private authorities.
 * https://www.postgresql.org/docs/current/libpq-ssl.html
 */
export function withLibpqSslModes(url: string): string {
  return /[?&]sslmode=(?!no-verify)/.test(url) && !url.includes('uselibpqcompat=')
    ? `${url}&uselibpqcompat=true`
    : url;
}
