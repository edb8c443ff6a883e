// A page of ours inside the shop's dashboard: shakes hands, asks for the content with the token it was handed, and
// follows the dashboard's theme, language and size. Holds the token in memory only.
(() => {
  "use strict";
  const root = document.documentElement;
  const page = document.body.dataset;
  const content = document.getElementById("content");
  const lonely = document.getElementById("lonely");
  const broken = document.getElementById("broken");
  const origins = page.origins.split(" ").map((each) => (each === "'self'" ? location.origin : each));
  let token = null;
  let language = root.lang;
  let said = 0;

  // Nothing secret is ever said, and the dashboard's exact origin is not known before it speaks.
  const say = (type, payload = {}) =>
    parent.postMessage({ type, payload: { ...payload, actionId: `relationship-${Date.now()}-${++said}` } }, "*");

  const address = () => {
    const customer = new URLSearchParams(location.search).get("customerId");
    return customer ? `${page.content}?customerId=${encodeURIComponent(customer)}` : page.content;
  };

  const show = () => {
    lonely.hidden = true;
    content.setAttribute("aria-busy", "true");
    htmx.ajax("GET", address(), { target: "#content", swap: "innerHTML" });
  };

  // The dashboard says its language a moment after it hands over the token: wait that long, and nothing flashes by in
  // another language, nor is asked for twice.
  let due;
  const showSoon = () => {
    clearTimeout(due);
    due = setTimeout(show, 100);
  };

  const heard = {
    handshake: (payload) => accept(payload.token),
    tokenRefresh: (payload) => accept(payload.token),
    theme: (payload) => {
      if (payload.theme === "light" || payload.theme === "dark") root.dataset.theme = payload.theme;
    },
    localeChanged: (payload) => {
      const wanted = String(payload.locale || "").toLowerCase();
      if (!wanted || wanted === language) return;
      language = wanted;
      root.lang = wanted.split("-")[0];
      if (token !== null) showSoon();
    },
  };

  // Several handshakes arrive; only the first, or one that changes whether we have a token at all, brings something new.
  const accept = (given) => {
    const fresh = token === null || !token !== !given;
    token = given || "";
    if (fresh) showSoon();
  };

  addEventListener("message", (event) => {
    if (event.source !== parent || !origins.includes(event.origin)) return;
    const { type, payload } = event.data || {};
    if (Object.hasOwn(heard, type)) heard[type](payload || {});
  });

  document.addEventListener("htmx:configRequest", (event) => {
    const headers = event.detail.headers;
    if (token) headers["Authorization"] = `Bearer ${token}`;
    headers["Accept-Language"] = language;
    broken.hidden = true;
  });
  const failed = () => {
    broken.hidden = false;
    content.setAttribute("aria-busy", "false");
  };
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) failed();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    content.setAttribute("aria-busy", "false");
    // What was pressed is gone: whoever pressed it is led to what came of it, be it above what they saw.
    if (event.detail.requestConfig?.verb === "post") content.querySelector("[tabindex='-1']")?.focus();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-redirect]");
    if (!link) return;
    event.preventDefault();
    say("redirect", { to: link.getAttribute("href"), newContext: false });
  });

  if (page.kind === "widget") {
    let height = 0;
    let patience;
    // A scrollbar would take width, and so change the height that we have just asked for. Only where the dashboard does
    // not give that height within a second is there one.
    const settle = () => {
      root.style.overflowY = "hidden";
      clearTimeout(patience);
      patience = setTimeout(() => {
        if (innerHeight < height - 2) root.style.overflowY = "";
      }, 1000);
    };
    new ResizeObserver(() => {
      const now = Math.ceil(document.body.getBoundingClientRect().height);
      if (now === height) return;
      say("widgetResize", { height: (height = now) });
      settle();
    }).observe(document.body);
    addEventListener("resize", settle);
  }

  say("notifyReady");
  setTimeout(() => {
    if (token === null) {
      lonely.hidden = false;
      content.hidden = true;
    }
  }, 8000);
  document.addEventListener("htmx:beforeSwap", () => (content.hidden = false));
})();
