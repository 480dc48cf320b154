// Node.js as the host: the engine in a worker thread of this process.

import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";

import { WorkerKeeper } from "../measuring/worker_keeper.mjs";
import { engineFlags } from "../engine_flags.mjs";

function startWorker(library) {
  const worker = new Worker(new URL("node_worker.mjs", import.meta.url), { workerData: { library } });
  return {
    send: (message) => worker.postMessage(message),
    listen: (onAnswer, onFailure) => {
      worker.on("message", onAnswer);
      worker.on("error", (failure) => onFailure(failure.message));
      worker.on("exit", (code) => onFailure(`the worker ended with the code ${code}`));
    },
    end: () => worker.terminate(),
  };
}

export class NodeHost {
  constructor({ library }) {
    for (const flag of engineFlags) setFlagsFromString(flag);
    this.keeper = new WorkerKeeper(() => startWorker(library));
  }

  async ask(message) {
    return this.keeper.ask(message);
  }

  async close() {
    await this.keeper.end();
  }
}
