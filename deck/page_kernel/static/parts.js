/* What a Linux in this page is made of: fetched once, then kept by the browser. */

"use strict";

window.deckParts = (about, base) => {
  const CACHE = "deck-page-kernel-";
  const name = CACHE + about.version;
  const NAMES = ["v86.wasm.gz", "state.bin.zst"];

  /** Whether the browser has it already, so that nobody need be asked. */
  async function areKept() {
    try { return await caches.has(name); } catch { return false; }
  }

  /** The browser's own store for this version; those of other versions go. null where it has none. */
  async function opened() {
    if (!window.caches) return null;
    for (const other of await caches.keys())
      if (other.startsWith(CACHE) && other !== name) await caches.delete(other);
    return caches.open(name);
  }

  async function fetched(url, cache, count) {
    const kept = await cache?.match(url);
    if (kept) {
      const buffer = await kept.arrayBuffer();
      count(buffer.byteLength);
      return buffer;
    }
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
    const pieces = [];
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      count(value.byteLength);
    }
    const buffer = await new Blob(pieces).arrayBuffer();
    // A browser without room for it fetches it again next time: no error of ours.
    await cache?.put(url, new Response(buffer)).catch(() => {});
    return buffer;
  }

  /** {wasm, state} for a worker. `progress` is told the bytes that are there, and of how many. */
  async function all(progress) {
    const of = NAMES.reduce((sum, each) => sum + about.parts[each], 0);
    const cache = await opened();
    let got = 0;
    const one = (each) => fetched(new URL(each, base), cache, (count) => progress(got += count, of));
    const [packed, state] = await Promise.all(NAMES.map(one));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return { wasm: await WebAssembly.compile(await new Response(stream).arrayBuffer()), state };
  }

  let fetching = null;
  return {
    areKept,
    get(progress) {
      fetching ||= all(progress);
      fetching.catch(() => { fetching = null; });
      return fetching;
    },
  };
};
