import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** What an endpoint was asked. */
export interface Question {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Reply = (response: ServerResponse, question: Question) => unknown;

export interface IntrospectionEndpoint {
  readonly url: string;
  readonly questions: Question[];
  /** How it answers from now on. */
  reply: Reply;
}

/** An introspection endpoint on a real socket that answers as it is told; it ends with the test. */
export async function startEndpoint(reply: Reply = saying({ active: true })): Promise<IntrospectionEndpoint> {
  const server = createServer(async (request, response) => {
    const { headers, method } = request;
    const question = { method, headers, body: await text(request) };
    endpoint.questions.push(question);
    endpoint.reply(response, question);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const endpoint: IntrospectionEndpoint = {
    url: `http://127.0.0.1:${port}/api/token/introspect`,
    questions: [],
    reply,
  };
  return endpoint;
}

/** Answers with a JSON body, whatever is asked. */
export function saying(body: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
}
