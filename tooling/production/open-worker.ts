import { createBareApp, toListener } from '../../examples/production/src/worker/app.ts';
import { runWorker } from '../../examples/production/src/worker/run-worker.ts';

/** As long as the cookies of a pair. */
const COOKIES = [
  `__Host-access=${'x'.repeat(420)}; Path=/; HttpOnly; Max-Age=300; Secure; SameSite=Lax`,
  `__Secure-refresh=${'x'.repeat(380)}; Path=/api/token; HttpOnly; Max-Age=86400; Secure; SameSite=Lax`,
  `__Host-csrf=${'x'.repeat(43)}; Path=/; Max-Age=86400; Secure; SameSite=Lax`,
];

await runWorker(async (service, { observe }) => {
  const app = createBareApp(service, observe);
  app.get('/api/hello', async () => service.hello());
  app.post('/api/token/refresh', async (_request, reply) =>
    reply.header('cache-control', 'no-store').header('set-cookie', COOKIES).send({ token_type: 'Bearer' }),
  );
  return toListener(app);
});
