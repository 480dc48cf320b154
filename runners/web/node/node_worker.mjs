// The worker thread of the host Node.js.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createContext, runInContext } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";

import { workerSide } from "../measuring/worker_side.mjs";

// Contexts made after the flag --expose-gc was set have it, this one may not.
const collect = globalThis.gc ?? runInContext("gc", createContext());

parentPort.on(
  "message",
  workerSide({
    load: () => import(pathToFileURL(join(workerData.library, "dist", "ort.node.min.mjs")).href),
    fetchModel: async (name) => new Uint8Array(await readFile(name)),
    collect,
    describe: async () => ({ host: `Node.js ${process.version}` }),
    send: (answer) => parentPort.postMessage(answer),
  }),
);
