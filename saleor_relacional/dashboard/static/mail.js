// Shows the mail that the page around it hands over, in a frame that runs nothing.
(() => {
  "use strict";
  addEventListener("message", (event) => {
    if (event.source !== parent || event.origin !== location.origin || typeof event.data?.mail !== "string") return;
    document.getElementById("mail").srcdoc = event.data.mail;
  });
  parent.postMessage({ mailFrame: "ready" }, location.origin);
})();
