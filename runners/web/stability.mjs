// How well bursts agree: the fastest timing of each of ten bursts of each network, in each
// of two runners, and their spread over the smallest of them.
//
//     node stability.mjs FOLDER HOST THREADS MODEL.onnx=3x224x224...
//
// FOLDER and HOST are those of runner.mjs.

import { spawn } from "node:child_process";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const bursts = 10;
const [folder, host, threads, ...networks] = process.argv.slice(2);
if (networks.length === 0) {
  process.stderr.write("usage: node stability.mjs FOLDER chromium|node THREADS MODEL.onnx=3x224x224...\n");
  process.exit(2);
}

async function minima(answers, runner, network) {
  const [model, input] = network.split("=");
  const found = [];
  for (let i = 0; i < bursts; ++i) {
    const request = { id: i, task: "measure", model, input: input.split("x").map(Number), threads: Number(threads) };
    runner.stdin.write(`${JSON.stringify(request)}\n`);
    const { value } = await answers.next();
    const { milliseconds, error, unsupported } = JSON.parse(value ?? '{"error": "the runner ended"}');
    if (milliseconds === undefined) throw new Error(`${model}: ${error ?? unsupported}`);
    found.push(Math.min(...milliseconds));
  }
  return found;
}

for (const number of [1, 2]) {
  const program = fileURLToPath(new URL("runner.mjs", import.meta.url));
  const runner = spawn(process.execPath, [program, folder, "--host", host], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: runner.stdout })[Symbol.asyncIterator]();
  for (const network of networks) {
    const found = (await minima(answers, runner, network)).sort((a, b) => a - b);
    const [smallest, middle, largest] = [found[0], found[bursts / 2], found[bursts - 1]];
    const spread = (value) => `${((value / smallest - 1) * 100).toFixed(1)} %`;
    process.stdout.write(
      `runner ${number}, ${basename(network)}: ${smallest.toFixed(4)} ms, half of them within ${spread(middle)}, ` +
        `all within ${spread(largest)}\n`,
    );
  }
  runner.stdin.end();
  await new Promise((resolve) => runner.on("exit", resolve));
}
