// The worker in which an engine runs, the same in a browser and in Node.js: it answers
// each message {task, ...} with one.

import { Engine } from "./engine.mjs";

/**
 * `load()` gives the package's module, `fetchModel(name)` a file's bytes, and `send(answer)`
 * answers. Returns what is to be called with each message; the first is {threads}.
 */
export function workerSide({ load, fetchModel, collect, describe, send }) {
  let engine;
  const perform = async (message) => {
    if (engine === undefined) {
      engine = new Engine(await load(), message.threads, collect);
      return { ready: true };
    }
    if (message.task === "describe") return { ...engine.describe(), ...(await describe()) };
    return engine.measure(message, await fetchModel(message.model));
  };
  return async (message) => {
    try {
      send(await perform(message));
    } catch (failure) {
      send({ error: failure instanceof Error ? failure.message : String(failure), broken: true });
    }
  };
}
