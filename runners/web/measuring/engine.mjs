// ONNX Runtime Web, set up once for a number of threads, and one measurement after another.

import { timedBurst } from "./burst.mjs";
import { answerOf, Unsupported } from "./failure.mjs";
import { inputTensor } from "./input.mjs";
import { measuredResolution } from "./timer.mjs";
import { warmUp } from "./warm_up.mjs";

const levels = { none: "disabled", basic: "basic", extended: "extended", all: "all" };

export class Engine {
  /**
   * `ort`: the package's module. `threads` can only be set before the first session, so
   * that another number takes another engine. `collect(options)` is V8's gc(), where there is one.
   */
  constructor(ort, threads, collect = () => {}) {
    this.ort = ort;
    this.collect = collect;
    ort.env.logLevel = "error";
    ort.env.wasm.numThreads = threads;
    ort.env.wasm.proxy = false;
    this.resolution = measuredResolution();
  }

  /** Compiles what every network needs, a few seconds of work, before the first is measured. */
  async prepare() {
    this.prepared ??= warmUp(this.ort, this.resolution);
    await this.prepared;
  }

  describe() {
    return { version: this.ort.env.versions.web, timer_resolution_ms: this.resolution };
  }

  /** What `measure` of the protocol is answered with; failures are answers too. `model`: the file's bytes. */
  async measure(request, model) {
    let session;
    try {
      await this.prepare();
      session = await this.ort.InferenceSession.create(model, {
        executionProviders: ["wasm"],
        graphOptimizationLevel: levels[request.optimisation],
      });
      return await this.timed(session, request);
    } catch (failure) {
      return answerOf(failure);
    } finally {
      // An engine that is broken may not be able to release anything; it is dropped whole.
      await session?.release().catch(() => {});
      // Only of what is young: a full collection drops compiled code whose objects are gone, and
      // the next burst's runs would be slow until that is compiled again.
      this.collect({ type: "minor" });
    }
  }

  async timed(session, request) {
    if (request.data_type === "bfloat16")
      throw new Unsupported("ONNX Runtime Web has no tensors of the type bfloat16, so that no input can be made");
    const shape = [request.batch, ...request.input];
    const images = inputTensor(this.ort, shape, request.data_type);
    try {
      const feeds = { images };
      const run = async () => {
        const { logits } = await session.run(feeds);
        logits.dispose();
      };
      const burst = await timedBurst(run, request, this.resolution);
      return {
        milliseconds: burst.milliseconds,
        throughput: burst.runsPerSecond * request.batch,
        details: { timer_resolution_ms: this.resolution, runs_in_a_timing: burst.group },
      };
    } finally {
      images.dispose();
    }
  }
}
