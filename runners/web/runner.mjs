// Measures networks on ONNX Runtime's WebAssembly build, in a browser or in Node.js:
//
//     node runner.mjs FOLDER [--host chromium|node] [--chromium PROGRAM]
//
// FOLDER is the npm package onnxruntime-web. Requests on standard input, answers on
// standard output, one JSON object a line (docs/protocols.md). Ends with its input.

import { existsSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

import { ChromiumHost } from "./chromium/chromium_host.mjs";
import { NodeHost } from "./node/node_host.mjs";
import { readRequest } from "./requests.mjs";

/** How long requests that were read before the input ended may still take. */
const longestEnd = 60_000;

function fail(code, reason) {
  process.stderr.write(`${reason}\n`);
  process.exit(code);
}

function readArguments() {
  const usage = "usage: node runner.mjs FOLDER [--host chromium|node] [--chromium PROGRAM]";
  let parsed;
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: { host: { type: "string", default: "chromium" }, chromium: { type: "string", default: "chromium" } },
    });
  } catch (error) {
    fail(2, `${error.message}\n${usage}`);
  }
  const { values, positionals } = parsed;
  if (positionals.length !== 1) fail(2, `expected one FOLDER, found ${positionals.length}\n${usage}`);
  if (!["chromium", "node"].includes(values.host))
    fail(2, `--host: expected chromium or node, found ${values.host}\n${usage}`);
  const library = resolve(positionals[0]);
  if (!existsSync(join(library, "dist", "ort-wasm-simd-threaded.wasm")))
    fail(2, `${library}: expected the npm package onnxruntime-web, found none; scripts/get-onnxruntime.sh gets it`);
  return { host: values.host, chromium: values.chromium, library };
}

const options = readArguments();
const host =
  options.host === "node"
    ? new NodeHost(options)
    : new ChromiumHost({ ...options, onCrash: (reason) => void end(1, reason) });

async function end(code, reason) {
  if (reason) process.stderr.write(`${reason}\n`);
  try {
    await host.close();
  } finally {
    process.exit(code);
  }
}

async function perform(request) {
  const task = readRequest(request, options.host);
  if (task.task === "describe") {
    const { version, ...described } = await host.ask(task);
    if (described.error !== undefined) return described;
    return { context: { engine: "ONNX Runtime Web", version, ...described } };
  }
  try {
    await access(task.model, constants.R_OK);
  } catch (error) {
    throw new Error(`model: expected an ONNX file that can be read, found ${error.message}`);
  }
  return host.ask(task);
}

async function answerTo(line) {
  let request;
  try {
    request = JSON.parse(line);
    return { id: request?.id ?? null, ...(await perform(request)) };
  } catch (error) {
    return { id: request?.id ?? null, error: error.message };
  }
}

process.stdout.on("error", () => void end(1, "standard output was closed"));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void end(1, `ended by ${signal}`));

const lines = createInterface({ input: process.stdin });
lines.on("close", () => setTimeout(() => void end(1, "the input ended before the last answer"), longestEnd).unref());
let last = Promise.resolve();
lines.on("line", (line) => {
  if (line.trim() === "") return;
  last = last.then(async () => void process.stdout.write(`${JSON.stringify(await answerTo(line))}\n`));
});
lines.on("close", () => last.then(() => end(0)));
