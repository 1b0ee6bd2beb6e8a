/** How to try the service, as it is printed at the start. */
export function welcome(framework: string, url: string): string {
  return `Tokenpair's example service (${framework}) on ${url}

  curl -s -X POST ${url}/api/token/ -H 'content-type: application/json' -d '{"username":"vitor","password":"123"}'
  curl -s ${url}/hello/ -H 'Authorization: Bearer <access>'
  curl -s -X POST ${url}/api/token/refresh/ -d refresh=<refresh>

`;
}

/** The URL under which this machine reaches the service. */
export function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (host === '::') return `http://[::1]:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
