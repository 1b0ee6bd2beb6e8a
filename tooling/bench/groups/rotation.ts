/** Rotations in every store beside what they are compared with, and the whole refresh over HTTP beside its parts. @module */
import type { Group, Measured } from '../group.ts';
import { measureRotation, rotationRatios } from '../rotation/measure-rotation.ts';

export const rotation: Group = {
  name: 'rotation',
  parts: ['refresh'],
  async measure(_part, { quick }): Promise<Measured> {
    const figures = await measureRotation({ seconds: quick ? 24 : 100 });
    return { figures, ratios: rotationRatios(figures) };
  },
};
