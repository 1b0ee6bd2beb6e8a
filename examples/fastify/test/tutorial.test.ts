import { tutorialBehaves } from '../../shared/test/tutorial-behaves.ts';

tutorialBehaves('fastify');
