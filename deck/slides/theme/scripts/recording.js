/* A recording, replayed at its own pace: the second source of events. It plays in the page, not on
   the stage, so the deck's other windows are told to do the same. */

const recording = {
  name: "replay",
  get label() { return word("Replay"); },
  playing: new Map(), // id -> {timers, said}
  channel: "BroadcastChannel" in window ? new BroadcastChannel("deck") : null,

  can: (panel) => Boolean(panel.data?.events.length),
  whyNot: () => "",

  start(panel) {
    recording.tell({ replay: panel.id });
    recording.play(panel);
  },

  stop(panel) {
    recording.tell({ stop: panel.id });
    recording.end(panel.id, "stopped");
  },

  /** Another source took the screen. */
  drop(panel) {
    recording.playing.get(panel.id)?.timers.forEach(clearTimeout);
    recording.playing.delete(panel.id);
  },

  play(panel) {
    recording.drop(panel);
    const { id, data } = panel;
    const said = word("replay, recorded {date}, Linux {kernel}", data);
    const at = (time, act) => setTimeout(act, time * 1000);
    hear(recording, { trick: id, kind: "start", said, result: "replay" });
    const timers = data.events.map(([time, text]) =>
      at(time, () => hear(recording, { trick: id, kind: "stdout", time, text })));
    timers.push(at(data.events.at(-1)[0] + 0.001, () => recording.end(id, "replay")));
    recording.playing.set(id, { timers, said });
  },

  end(id, result) {
    const { timers, said } = recording.playing.get(id) || {};
    if (!timers) return;
    recording.drop({ id });
    const how = result === "stopped" ? word("stopped {what}", { what: said }) : said;
    hear(recording, { trick: id, kind: "end", result, said: how });
  },

  tell: (message) => recording.channel?.postMessage({ ...message, page: location.pathname }),

  listen() {
    recording.channel?.addEventListener("message", ({ data }) => {
      if (data.page !== location.pathname) return;
      const [panel] = panels.of(data.replay || data.stop || "");
      if (panel && data.replay && !panel.running) recording.play(panel);
      else if (panel && data.stop) recording.end(panel.id, "stopped");
    });
  },
};
