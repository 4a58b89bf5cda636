/* The Linux that runs in this page: fetched when somebody asks for it, started once, one program at
   a time. It is loaded by linux.js, which hands over what it needs of the page. */

"use strict";

window.deckLinux = ({ word, make, memory, load, about, base }) => {
  const DEADLINE = 60; // seconds for a program: the emulator is slower than a machine
  const SHORT = 20; // for one that is to time out
  const GRACE = 10000; // ms in which the Linux must say that a program has ended
  const STATUS = { 0: "passed", 124: "timed out" };

  let worker = null;
  let started = null; // a promise: the Linux is there
  let programs = null; // a promise: what there is to run
  let run = null; // {id, began, stopped, watch, listen}
  let runs = 0;

  const where = word("Linux {release}, in this page", about);
  const seconds = () => (performance.now() - run.began) / 1000;
  const megabytes = (bytes) => Math.ceil(bytes / 1e6);

  function say(event) {
    const told = { trick: run.id, run: `page-${runs}`, time: seconds(), ...event };
    run.listen(told);
  }

  /** Which programs there are; fetched once. */
  function catalogue() {
    programs ||= fetch(new URL("programs.json", base)).then((response) => {
      if (!response.ok) throw new Error(`programs.json: ${response.status}`);
      return response.json();
    });
    return programs;
  }

  /** Whether the browser has it already, so that nobody need be asked. */
  async function isKept() {
    try { return await caches.has(`deck-page-kernel-${about.version}`); } catch { return false; }
  }

  function consent() {
    const dialog = make("dialog", "deck-linux-ask");
    dialog.setAttribute("aria-labelledby", "deck-linux-title");
    const title = make("h2", "", word("Run it on a Linux in this page?"));
    title.id = "deck-linux-title";
    const size = megabytes(Object.values(about.parts).reduce((sum, bytes) => sum + bytes, 0));
    const text = word("It fetches a Linux once, {size} MB. What you run stays in this tab.", { size });
    const yes = make("button", "yes", word("Fetch and run"));
    const no = make("button", "", word("Not now"));
    const form = make("form", "");
    form.method = "dialog";
    yes.type = no.type = "submit";
    yes.value = "yes";
    form.append(yes, no);
    dialog.append(title, make("p", "", text), form);
    for (const kind of ["keydown", "keyup", "keypress"])
      dialog.addEventListener(kind, (event) => event.stopPropagation());
    document.body.append(dialog);
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((answer) => dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    }));
  }

  function boot() {
    started ||= new Promise((ready, failed) => {
      worker = new Worker(new URL("worker.js", base));
      worker.onerror = (event) => failed(new Error(event.message || "worker.js is missing"));
      worker.onmessage = ({ data }) => {
        if (data.ready) ready();
        else if (data.failed) failed(new Error(data.failed));
        else if (data.got) fetching(data);
        else if (data.line !== undefined && run) line(data.line);
      };
      worker.postMessage({ start: { base, parts: about.parts, version: about.version } });
    });
    started.catch(powerOff);
    return started;
  }

  function fetching({ got, of }) {
    const values = { got: megabytes(got), of: megabytes(of) };
    if (run) say({ kind: "status", text: word("fetching a Linux: {got} of {of} MB", values) });
  }

  /** The next run starts a new one from the kept state. */
  function powerOff() {
    worker?.terminate();
    worker = started = null;
  }

  function line(text) {
    const [mark] = text.split(" ", 1);
    const rest = text.slice(mark.length + 1);
    if (mark === "@out") say({ kind: "stdout", text: rest });
    else if (mark === "@err") say({ kind: "stderr", text: rest });
    else if (mark === "@end") ended(Number(rest));
    else if (text.includes("Kernel panic")) {
      powerOff();
      finish("failed", word("the Linux has died; the next run starts a new one"));
    } else if (!mark.startsWith("@")) say({ kind: "stderr", text });
  }

  function ended(status) {
    const result = run.stopped ? "stopped" : STATUS[status] || "failed";
    finish(result, result === "failed" ? word("ended with status {status}", { status }) : "");
  }

  function finish(result, text = "") {
    clearTimeout(run.watch);
    const { done } = run;
    const said = result === "passed" ? word("passed in {time}, {where}", { time: `${seconds().toFixed(2)} s`, where }) : undefined;
    say({ kind: "end", result, text, said });
    run = null;
    done(result);
  }

  /** A program that keeps the Linux from answering ends with it. */
  function watch(ms) {
    clearTimeout(run.watch);
    run.watch = setTimeout(() => {
      powerOff();
      finish(run.stopped ? "stopped" : "timed out",
        word("the Linux did not answer; the next run starts a new one"));
    }, ms);
  }

  async function packed(order) {
    const bytes = new Blob([JSON.stringify(order)]).stream();
    const stream = bytes.pipeThrough(new CompressionStream("deflate"));
    const packed = new Uint8Array(await new Response(stream).arrayBuffer());
    let text = "";
    for (const byte of packed) text += String.fromCharCode(byte);
    return btoa(text);
  }

  /** What the Linux is told: a trick, a variant of it (`unix.pass_fd~wrong_fd`), or a changed text. */
  async function order(id, changed) {
    const { parts, tricks, variants } = await catalogue();
    const [own, name] = id.split("~");
    const { module, program, needs, capabilities, machine_network, uid } = tricks[own];
    const sent = Object.fromEntries(needs.map((path) => [path, parts[path]]));
    const variant = variants[own].find((each) => each.name === name);
    if (variant) sent[program] = parts[program].replace(variant.replace, () => variant.with);
    if (changed !== undefined) sent[program] = changed;
    const deadline = variant?.shows === "times out" ? SHORT : DEADLINE;
    return { module, parts: sent, capabilities, machine_network, uid, deadline, time: Date.now() / 1000 };
  }

  let bench = null; // a promise
  const machine = {
    catalogue,

    /** Open the whole program of a trick to change it; see workbench.js. */
    async edit(id, recorded, carried) {
      bench ||= load("workbench.js").then(() =>
        window.deckWorkbench({ machine, word, make, memory, load, base }));
      await (await bench).open(id, recorded, carried);
    },

    get busy() { return run?.id; },

    /** Run a program, or what somebody made of it. `listen` hears the events of the run. */
    async start(id, listen, changed) {
      if (run) {
        listen({ trick: id, kind: "end", time: 0, result: "skipped",
          text: word("{id} is running in this page; stop it first", { id: run.id }) });
        return "skipped";
      }
      if (!worker && !(await isKept()) && !(await consent())) {
        listen({ trick: id, kind: "end", time: 0, result: "skipped", said: word("not fetched") });
        return "skipped";
      }
      runs += 1;
      const end = new Promise((done) => {
        run = { id, listen, done, began: performance.now(), stopped: false };
      });
      const mine = run;
      say({ kind: "start", said: worker ? where : word("starting {what}", { what: where }) });
      try {
        const text = await packed(await order(id, changed));
        await boot();
        if (run !== mine) return end;
        mine.began = performance.now();
        say({ kind: "status", text: where });
        watch(DEADLINE * 1000 + GRACE);
        worker.postMessage({ send: `run ${text}\n` });
      } catch (error) {
        if (run === mine) finish("failed", error.message);
      }
      return end;
    },

    stop() {
      if (!run || run.stopped) return;
      run.stopped = true;
      if (!worker || !started) return;
      worker.postMessage({ send: "stop\n" });
      watch(GRACE / 2);
    },
  };
  return machine;
};
