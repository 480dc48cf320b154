// Runs a network that does nothing for a while.

import { timedBurst } from "./burst.mjs";

/** An ONNX file with one Relu over images {1, 4}. */
const network = "CAg6VQoWCgZpbWFnZXMSBmxvZ2l0cyIEUmVsdRIHbmV0d29ya1oYCgZpbWFnZXMSDgoMCAESCAoCCAEKAggEYhgKBmxvZ2l0cxIOCgwIARIICgIIAQoCCARCAhAR";

const settings = { warmup_runs: 0, least_runs: 1, least_milliseconds: 300 };

/**
 * The engine's JavaScript around each run, some 0.01 ms, is compiled better and better over
 * its first thousands of calls. The first network that is measured would otherwise be the one
 * that pays for it.
 */
export async function warmUp(ort, resolution) {
  const session = await ort.InferenceSession.create(Uint8Array.from(atob(network), (letter) => letter.charCodeAt(0)));
  const images = new ort.Tensor("float32", new Float32Array(4), [1, 4]);
  const run = async () => (await session.run({ images })).logits.dispose();
  await timedBurst(run, settings, resolution);
  await session.release();
}
