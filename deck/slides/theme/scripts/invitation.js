/* How the hall comes in: where a slide has `followers`, the address and its QR code, while people
   can follow; else what the author wrote in their place. */

const invitation = {
  address: "",

  show(address = "") {
    if (address === invitation.address) return;
    invitation.address = address;
    shelf.made().forEach((slide) => invitation.put(shelf.on(slide)));
  },

  put(slide) {
    for (const place of every(".followers", slide)) {
      place.querySelector("figure")?.remove();
      place.classList.toggle("open", Boolean(invitation.address));
      if (invitation.address) place.append(invitation.figure());
    }
  },

  figure() {
    const figure = make("figure", "");
    const code = make("img", "");
    code.src = "followers.svg";
    code.alt = word("QR code of the address");
    const link = make("a", "", invitation.address.replace(/^http:\/\//, ""));
    link.href = invitation.address;
    const caption = make("figcaption", "");
    caption.append(link);
    figure.append(code, caption);
    return figure;
  },
};
