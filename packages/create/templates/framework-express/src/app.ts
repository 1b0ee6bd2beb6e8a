import { expressAuth } from '@tokenpair/express';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { errorAnswer, NOT_FOUND } from './errors.ts';
import type { Service } from './service.ts';

/** The routes of the app. */
export async function createListener(service: Service): Promise<Express> {
  const { guard, routes, getAuth } = expressAuth(service.auth);
  const app = express();
  app.disable('x-powered-by').set('trust proxy', service.settings.trustProxy);

  app.use('/api/token', routes());
  app.get('/hello', guard(), (req, res) => {
    res.json({ message: `Hello, user ${getAuth(req).subject}!` });
  });

  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.get('/readyz', async (_req, res) => {
    const isReady = await service.isReady();
    res.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'unavailable' });
  });

  app.use((_req, res) => {
    res.status(404).json(NOT_FOUND);
  });
  const answerError: ErrorRequestHandler = (thrown, _req, res, next) => {
    const { status, body } = errorAnswer(thrown);
    if (res.headersSent) next(thrown);
    else res.status(status).json(body);
  };
  return app.use(answerError);
}
