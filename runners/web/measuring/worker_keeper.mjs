// Keeps one worker with an engine, and starts another where the threads change or the
// engine broke. The same in a page and in Node.js.

export class WorkerKeeper {
  /**
   * `start()` gives a new worker as {send(message), listen(onAnswer, onFailure), end()}.
   */
  constructor(start) {
    this.start = start;
  }

  /** The worker's answer to a task. Where it fails, the worker's last word is the error. */
  async ask(message) {
    const threads = message.threads ?? this.threads ?? 1;
    if (this.worker === undefined || threads !== this.threads) {
      const begun = await this.begin(threads);
      if (begun.error !== undefined) return this.sorted(begun);
    }
    return this.sorted(await this.exchange(message));
  }

  async end() {
    const worker = this.worker;
    this.worker = undefined;
    await worker?.end();
  }

  async begin(threads) {
    await this.end();
    this.threads = threads;
    const worker = this.start();
    this.worker = worker;
    worker.listen(
      (answer) => this.settle(answer),
      (reason) => {
        if (this.worker !== worker) return;
        // It may fail while nothing is asked of it: the next question starts another.
        void this.end();
        this.settle({ error: reason });
      },
    );
    return this.exchange({ threads });
  }

  exchange(message) {
    return new Promise((settle) => {
      this.settle = settle;
      this.worker.send(message);
    });
  }

  async sorted({ broken, ...answer }) {
    if (broken) await this.end();
    return answer;
  }

  settle() {}
}
