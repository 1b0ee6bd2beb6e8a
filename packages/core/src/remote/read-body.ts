import { joinChunks } from '../join-chunks.ts';

const READ_AT_ONCE = 4_096;

type Pull = (room: number) => Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;

/** The bytes of a body that is shorter than `limit`, `undefined` for a longer one; not one byte more is taken from it. */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  const pull = pullFrom(body ?? new ReadableStream({ start: (empty) => empty.close() }));
  let room = limit;
  while (room > 0) {
    signal.throwIfAborted();
    const { done, value } = await pull(room);
    if (done || value === undefined) return joinChunks(chunks, limit - room);
    chunks.push(value);
    room -= value.byteLength;
  }
  return undefined;
}

/** Takes no more than there is room for, where the stream allows it; elsewhere the chunk that is too much is the last. */
function pullFrom(body: ReadableStream<Uint8Array>): Pull {
  try {
    const reader = body.getReader({ mode: 'byob' });
    return (room) => reader.read(new Uint8Array(Math.min(room, READ_AT_ONCE)));
  } catch {
    const reader = body.getReader();
    return () => reader.read();
  }
}
