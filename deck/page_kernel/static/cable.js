/* The cable between two Linuxes of this page. What one sends the page passes on to the other, unless
   somebody has pulled it. */

"use strict";

window.deckCable = ({ word, make }) => {
  const ends = [null, null]; // MessagePorts, each to the network card of a machine
  const buttons = [];
  let pulled = false;

  /** Give a machine its end; a machine that was started anew gets a new one. */
  function plug(machine, end) {
    const { port1, port2 } = new MessageChannel();
    ends[end]?.close();
    ends[end] = port1;
    port1.onmessage = ({ data }) => { if (!pulled) ends[1 - end]?.postMessage(data); };
    machine.plug(port2);
  }

  function label() {
    for (const button of buttons) {
      button.textContent = pulled ? word("Plug it in") : word("Pull the cable");
      button.setAttribute("aria-pressed", pulled);
    }
  }

  /** A button to pull it, once in each place. */
  function offer(place) {
    if (!place || place.querySelector(".cable")) return;
    const button = make("button", "cable trick-edit");
    button.addEventListener("click", () => {
      pulled = !pulled;
      label();
    });
    buttons.push(button);
    label();
    (place.querySelector(".trick-edit, .run") || place.lastElementChild).after(button);
  }

  return { plug, offer };
};
