// `node tooling/bench/rotation/main.ts [--quick]`: rotations in every store. After `npm run build`.
import { parseArgs } from 'node:util';
import type { Figure } from '../figures.ts';
import { measureRotation, rotationRatios } from './measure-rotation.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const figures = await measureRotation({ seconds: values.quick ? 24 : 100 });
print(figures);
console.table(
  rotationRatios(figures).map(({ name, value, target, holds }) => ({
    ratio: name,
    value: Number(value.toFixed(2)),
    target,
    holds,
  })),
);

function print(measured: readonly Figure[]): void {
  for (const group of new Set(measured.map((figure) => figure.group))) {
    console.log(group);
    const rows = measured.filter((figure) => figure.group === group);
    console.table(
      rows.map(({ name, median, best, unit, spread }) => ({
        name,
        median: Number(median.toPrecision(4)),
        best: Number(best.toPrecision(4)),
        unit,
        spread: `${Math.round(spread * 100)} %`,
      })),
    );
  }
}
