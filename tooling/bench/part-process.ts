// One part of one group, in a process of its own: `node part-process.ts <group> <part> <quick|full>`. The result leaves over the channel of
// the parent; what is printed is the parent's business.
import process from 'node:process';
import { findGroup } from './groups.ts';

const [name = '', part = '', pace] = process.argv.slice(2);
const measured = await (await findGroup(name)).measure(part, { quick: pace === 'quick' });
process.send?.(measured, () => process.exit(0));
