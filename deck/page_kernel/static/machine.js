/* One Linux of this page, in a worker of its own. */

"use strict";

window.deckMachine = class {
  /** `hear` gets each line that it says while somebody asks for it. */
  constructor(base) {
    this.base = base;
    this.worker = null;
    this.started = null; // a promise: it is there
    this.hear = () => {};
    this.plugged = () => {}; // called when a new one has started
  }

  /** Start it, where it is not there. `parts` as parts.js brings them. */
  start(parts) {
    this.started ||= new Promise((ready, failed) => {
      this.worker = new Worker(new URL("worker.js", this.base), { type: "module" });
      this.worker.onerror = (event) => failed(new Error(event.message || "worker.js is missing"));
      this.worker.onmessage = ({ data }) => {
        if (data.ready) ready();
        else if (data.failed) failed(new Error(data.failed));
        else if (data.line !== undefined) this.hear(data.line);
      };
      this.worker.postMessage({ start: parts });
    }).then(() => this.plugged(this));
    this.started.catch(() => this.off());
    return this.started;
  }

  /** Play an order; where it names hosts, the one whose number is `at`. */
  run(order, at) { this.worker.postMessage({ run: order, at }); }

  plug(port) { this.worker.postMessage({ plug: true }, [port]); }

  stop() { this.worker?.postMessage({ stop: true }); }

  /** The next run starts a new one from the kept state. */
  off() {
    this.worker?.terminate();
    this.worker = this.started = null;
  }
};
