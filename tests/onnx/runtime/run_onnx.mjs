// Runs ONNX files in ONNX Runtime. For each line {"model", "shape", "input"} on
// standard input it answers with a line {"shape", "output"} or {"error"}.
//
//     node run_onnx.mjs FOLDER-WITH-NODE_MODULES
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(resolve(process.argv[2], "node_modules", "anything.js"));
const ort = require("onnxruntime-node");

async function run({ model, shape, input }) {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
  const images = new ort.Tensor("float32", Float32Array.from(input), shape);
  const { logits } = await session.run({ images });
  return { shape: logits.dims, output: Array.from(logits.data) };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = await run(JSON.parse(line));
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
