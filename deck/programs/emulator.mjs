/* A machine of the Linux in the page: what it is made of, the lines that it says, the cable that it
   has. The same under node (page_kernel.mjs, deck/page_kernel/boot.mjs) and in a browser's worker. */

/** A saved state fits no other machine than that in which it was saved. */
const PARTS = {
  memory_size: 128 << 20,
  vga_memory_size: 2 << 20,
  net_device: { type: "ne2k" },
  disable_speaker: true,
  disable_keyboard: true,
  disable_mouse: true,
  autostart: true,
};

export class Machine {
  /** `files` are V86's options that name what it boots or is restored from; `hear` gets each line
      that its Linux says on the first serial port. */
  constructor(V86, files, hear) {
    this.emulator = new V86({ ...PARTS, ...files });
    this.started = new Promise((done) => this.emulator.add_listener("emulator-started", done));
    this.emulator.add_listener("serial0-output-byte", cutter(hear));
  }

  send(text) { this.emulator.serial0_send(text); }

  /** Run a program: `order` is what deck/page_kernel/init.py takes, but for the time of day. */
  async run(order) {
    const told = JSON.stringify({ ...order, time: Date.now() / 1000 });
    this.send(`run ${await packed(told)}\n`);
  }

  /** Plug in a cable: the frames that it sends go into a MessagePort, and those that come out are
      received. Whoever holds the other end may drop them, as a pulled cable does. */
  plug(port) {
    // A frame is a part of the card's memory, which would travel along.
    this.emulator.add_listener("net0-send", (frame) => port.postMessage(frame.slice()));
    port.onmessage = ({ data }) => this.emulator.bus.send("net0-receive", data);
  }
}

/** What each machine is told of an order: where it names the hosts of a program, one plays each, and
    they are joined by a cable, at whose ends they have the hardware addresses ...:01 and ...:02. */
export function shares({ hosts, ...order }) {
  if (!hosts?.length) return [order];
  return hosts.map((host, at) => ({ ...order, arguments: [host], cable: `02000000000${at + 1}` }));
}

/** What takes the bytes of a stream, and tells its lines. */
function cutter(hear) {
  const decoder = new TextDecoder();
  let line = [];
  return (byte) => {
    if (byte !== 10) {
      line.push(byte);
      return;
    }
    const text = decoder.decode(new Uint8Array(line));
    line = [];
    hear(text.replace(/\r$/, ""));
  };
}

/** A text, by zlib and then base64: one word for the serial line. */
async function packed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
