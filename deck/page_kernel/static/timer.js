/* v86 yields by way of a worker that it makes from a blob, for on a page timers are coarse. Here we
   are in a worker already, and a strict policy forbids blobs: so what it gets as a Worker is this. */

globalThis.Worker = class {
  #soon = new MessageChannel();
  #later = 0;

  constructor() {
    this.#soon.port1.onmessage = ({ data }) => this.onmessage({ data });
  }

  /** Answer with `tick`, after `t` milliseconds. */
  postMessage({ t, tick }) {
    clearTimeout(this.#later);
    if (t < 1) this.#soon.port2.postMessage(tick);
    else this.#later = setTimeout(() => this.onmessage({ data: tick }), t);
  }

  terminate() {
    clearTimeout(this.#later);
    this.#soon.port1.close();
  }
};
