/* Runs on the Linux of this page: fetched when somebody asks for it, started once, one program at a
   time; a program of two hosts has two of them, on one cable. It is loaded by linux.js, which hands
   over what it needs of the page. */

"use strict";

window.deckLinux = async ({ word, make, memory, load, about, base }) => {
  const DEADLINE = 60; // seconds for a program: the emulator is slower than a machine
  const SHORT = 20; // for one that is to time out
  const GRACE = 10000; // ms in which the Linux must say that a program has ended
  const STATUS = { 0: "passed", 124: "timed out" };

  for (const name of ["parts.js", "machine.js", "cable.js"]) await load(name);
  const parts = window.deckParts(about, base);
  const cable = window.deckCable({ word, make });
  const machines = [0, 1].map((end) => {
    const machine = new window.deckMachine(base);
    machine.plugged = () => cable.plug(machine, end);
    machine.hear = (text) => run && line(machine, text);
    return machine;
  });
  let programs = null; // a promise: what there is to run
  let run = null; // {id, began, stopped, watch, listen, hosts, left, status}
  let runs = 0;

  const one = word("Linux {release}, in this page", about);
  const two = word("two of Linux {release} on one cable", about);
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

  function fetching(got, of) {
    const values = { got: megabytes(got), of: megabytes(of) };
    if (run) say({ kind: "status", text: word("fetching a Linux: {got} of {of} MB", values) });
  }

  function line(machine, text) {
    const [mark] = text.split(" ", 1);
    const rest = text.slice(mark.length + 1);
    const host = run.hosts[machines.indexOf(machine)];
    if (mark === "@out") say({ kind: "stdout", text: rest, host });
    else if (mark === "@err") say({ kind: "stderr", text: rest, host });
    else if (mark === "@end") ended(machine, Number(rest));
    else if (text.includes("Kernel panic")) {
      giveUp("failed", word("the Linux has died; the next run starts a new one"));
    } else if (!mark.startsWith("@")) say({ kind: "stderr", text, host });
  }

  /** A program ends when all of its hosts have ended; where one fails, the others are stopped. */
  function ended(machine, status) {
    run.left.delete(machine);
    run.status ||= status;
    if (run.status) for (const other of run.left) other.stop();
    if (run.left.size) return;
    const result = run.stopped ? "stopped" : STATUS[run.status] || "failed";
    finish(result, result === "failed" ? word("ended with status {status}", run) : "");
  }

  function finish(result, text = "") {
    clearTimeout(run.watch);
    const { done, where } = run;
    const said = result === "passed" ? word("passed in {time}, {where}", { time: `${seconds().toFixed(2)} s`, where }) : undefined;
    say({ kind: "end", result, text, said });
    run = null;
    done(result);
  }

  /** The Linuxes that have not ended the program end with it. */
  function giveUp(result, text) {
    for (const machine of run.left) machine.off();
    finish(result, text);
  }

  function watch(ms) {
    clearTimeout(run.watch);
    run.watch = setTimeout(() => giveUp(run.stopped ? "stopped" : "timed out",
      word("the Linux did not answer; the next run starts a new one")), ms);
  }

  /** What the Linux is told: a trick, a variant of it (`unix.pass_fd~wrong_fd`), or a changed text. */
  async function order(id, changed) {
    const { parts, tricks, variants } = await catalogue();
    const [own, name] = id.split("~");
    const { program, needs, ...told } = tricks[own];
    const sent = Object.fromEntries(needs.map((path) => [path, parts[path]]));
    const variant = variants[own].find((each) => each.name === name);
    if (variant) sent[program] = parts[program].replace(variant.replace, () => variant.with);
    if (changed !== undefined) sent[program] = changed;
    const deadline = variant?.shows === "times out" ? SHORT : DEADLINE;
    return { ...told, parts: sent, deadline };
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

    /** Run a program, or what somebody made of it. `listen` hears the events of the run; where two
        machines play it, `place` gets a button for the cable. */
    async start(id, listen, { changed, place } = {}) {
      if (run) {
        listen({ trick: id, kind: "end", time: 0, result: "skipped",
          text: word("{id} is running in this page; stop it first", { id: run.id }) });
        return "skipped";
      }
      if (!machines[0].worker && !(await parts.areKept()) && !(await consent())) {
        listen({ trick: id, kind: "end", time: 0, result: "skipped", said: word("not fetched") });
        return "skipped";
      }
      runs += 1;
      const end = new Promise((done) => {
        run = { id, listen, done, began: performance.now(), stopped: false, hosts: [], left: new Set(), status: 0, where: one };
      });
      const mine = run;
      say({ kind: "start", said: machines[0].worker ? one : word("starting {what}", { what: one }) });
      try {
        const told = await order(id, changed);
        if (told.hosts.length) Object.assign(mine, { hosts: told.hosts, where: two });
        const players = machines.slice(0, told.hosts.length || 1);
        const files = await parts.get(fetching);
        await Promise.all(players.map((machine) => machine.start(files)));
        if (run !== mine) return end;
        if (told.hosts.length) cable.offer(place);
        mine.began = performance.now();
        mine.left = new Set(players);
        say({ kind: "status", text: mine.where });
        watch(DEADLINE * 1000 + GRACE);
        players.forEach((machine, at) => machine.run(told, at));
      } catch (error) {
        if (run === mine) finish("failed", error.message);
      }
      return end;
    },

    stop() {
      if (!run || run.stopped) return;
      run.stopped = true;
      if (!run.left.size) return finish("stopped");
      for (const machine of run.left) machine.stop();
      watch(GRACE / 2);
    },
  };
  return machine;
};
