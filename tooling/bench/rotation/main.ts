// `node tooling/bench/rotation/main.ts [--quick] [--scale] [--store <name>]…`: rotations in every store, or with --scale what grows with the
// number of sessions and the length of their claims. After `npm run build`.
import { parseArgs } from 'node:util';
import type { Figure, Ratio } from '../figures.ts';
import { measureRotation, rotationRatios } from './measure-rotation.ts';
import { measureScale, scaleRatios } from './scale/measure-scale.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    scale: { type: 'boolean', default: false },
    store: { type: 'string', multiple: true },
  },
});
const sizes = values.quick ? [1_000, 20_000] : [1_000, 100_000, 1_000_000];

if (values.scale) {
  const stores = values.store && { stores: values.store };
  const figures = await measureScale({ sizes, seconds: values.quick ? 8 : 40, ...stores });
  print(figures);
  printRatios(scaleRatios(figures, sizes));
} else {
  const figures = await measureRotation({ seconds: values.quick ? 24 : 100 });
  print(figures);
  printRatios(rotationRatios(figures));
}

function printRatios(ratios: readonly Ratio[]): void {
  console.table(
    ratios.map(({ group, name, value, target, holds }) => ({
      group,
      ratio: name,
      value: Number(value.toFixed(2)),
      target,
      holds,
    })),
  );
}

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
