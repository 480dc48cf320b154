// Headless Chromium as the host: a server with a page, and a browser that opens it.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Browser } from "./browser.mjs";
import { PageServer } from "./page_server.mjs";

const longestStart = 60_000;
const ownFiles = {
  chromium: ["page.html", "page.mjs", "page_worker.mjs"],
  measuring: [
    "burst.mjs",
    "engine.mjs",
    "failure.mjs",
    "input.mjs",
    "timer.mjs",
    "warm_up.mjs",
    "worker_keeper.mjs",
    "worker_side.mjs",
  ],
};
const enginesFiles = ["ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];

/** Under which names the page finds which files. */
function served(library) {
  const runner = fileURLToPath(new URL("..", import.meta.url));
  const files = new Map();
  for (const name of ownFiles.chromium) files.set(name, join(runner, "chromium", name));
  for (const name of ownFiles.measuring) files.set(`measuring/${name}`, join(runner, "measuring", name));
  for (const name of enginesFiles) files.set(name, join(library, "dist", name));
  return files;
}

export class ChromiumHost {
  /** `onCrash(reason)` is called if the browser ends, or its page, once it has answered. */
  constructor({ library, chromium, onCrash }) {
    this.library = library;
    this.chromium = chromium;
    this.onCrash = onCrash;
  }

  /** The page's answer. Throws where the browser cannot be started; the next call tries again. */
  async ask({ model, ...task }) {
    if (this.browser === undefined) await this.start();
    if (model === undefined) return this.server.ask(task);
    return this.server.ask({ ...task, model: "model" }, await readFile(model));
  }

  async close() {
    this.closing = true;
    this.server?.close();
    await this.browser?.close();
    this.server = this.browser = undefined;
  }

  async start() {
    this.closing = false;
    let started = false;
    let refuse;
    const refused = new Promise((_, reject) => (refuse = reject));
    const lost = (reason) => {
      if (this.closing) return;
      if (started) this.onCrash(reason);
      else refuse(new Error(reason));
    };
    this.server = new PageServer(served(this.library), (reason) =>
      lost(`${this.chromium}: ${reason}${this.browser.lastWords()}`),
    );
    const address = await this.server.start();
    this.browser = new Browser(this.chromium, address, lost);
    const late = setTimeout(
      () => lost(`${this.chromium} did not open the page in ${longestStart / 1000} s${this.browser.lastWords()}`),
      longestStart,
    );
    try {
      const answer = await Promise.race([this.server.ask({ task: "describe" }), refused]);
      if (answer.error !== undefined) throw new Error(answer.error);
      started = true;
    } catch (failure) {
      await this.close();
      throw failure;
    } finally {
      clearTimeout(late);
    }
  }
}
