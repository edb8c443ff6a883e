// A page of ours inside the shop's dashboard: shakes hands, asks for the content with the token it was handed, walks from
// page to page in the frame's own history, and follows the dashboard's theme, language and size. Holds the token in memory
// only. (The dashboard's updateRouting is said only before it leads elsewhere: it pushes an entry of its own, of which its
// router knows nothing, so that within our pages "back" would first change the address and not the page.)
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

  // What the dashboard adds to a frame's address is its own business; the rest is ours: filters, whose card it is.
  const THEIRS = ["domain", "saleorApiUrl", "id", "theme", "featureFlags"];
  const ours = () => {
    const query = new URLSearchParams(location.search);
    for (const each of THEIRS) query.delete(each);
    return query;
  };
  const address = () => {
    const query = ours();
    const inside = location.pathname.startsWith(page.root) ? location.pathname.slice(page.root.length) : "";
    const place = inside.replace(/^\/|\/$/g, "") || "home";
    const path = `${page.contents}${place}/`;
    return query.size ? `${path}?${query}` : path;
  };

  const show = () => {
    lonely.hidden = true;
    content.setAttribute("aria-busy", "true");
    return htmx.ajax("GET", address(), { target: "#content", swap: "innerHTML" });
  };

  // Another page in the same frame: what the dashboard added stays in the address, so that a reload finds its way.
  const at = (href) => {
    const url = new URL(href, location.href);
    const query = new URLSearchParams(location.search);
    for (const each of THEIRS) if (query.has(each) && !url.searchParams.has(each)) url.searchParams.set(each, query.get(each));
    return url;
  };
  const named = () => location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const arrive = () => {
    const here = content.querySelector("[data-here]");
    if (here) return here.focus();
    scrollTo(0, 0);
    const part = named();
    if (!part) return content.querySelector("h1[tabindex]")?.focus({ preventScroll: true });
    const fold = part.closest("details");
    if (fold) fold.open = true;
    if (part.tabIndex < 0) part.tabIndex = -1;
    part.scrollIntoView();
    part.focus({ preventScroll: true });
  };
  // `state`: what was searched for. It may stand in no address, so it is held with the place in the history.
  const go = (href, state = null) => {
    history.pushState(state, "", at(href));
    show().then(arrive);
  };
  // A part of a page that is turned by itself: it has an address of its own, as a page has, and nothing else is asked for.
  const turn = (link) => {
    history.pushState(null, "", at(link.getAttribute("href")));
    htmx.ajax("GET", link.dataset.part, { target: `#${link.closest("[id]").id}`, swap: "outerHTML" }).then(arrive);
  };
  // Back where one came from: place.js knows where one stood.
  addEventListener("popstate", () => {
    if (token !== null) show().then(() => document.dispatchEvent(new CustomEvent("desk:back", { cancelable: true })) && arrive());
  });
  const searched = () => (history.state?.search ? { search: history.state.search } : null);
  // Other filters of the page where one stands: whoever chooses with the keyboard stays at what they chose, and what they
  // pass by on their way to it does not fill the history.
  const filter = (href) => {
    const again = history.state?.filtered && at(href).pathname === location.pathname;
    history[again ? "replaceState" : "pushState"]({ ...searched(), filtered: true }, "", at(href));
    held = true;
    show().then(() => back() || arrive());
  };
  let held = false;
  let back = () => false;
  // Where the keyboard stands, to be found again in a page that is drawn anew.
  const standing = () => {
    const { id, name, form } = document.activeElement;
    const forms = () => [...content.querySelectorAll("form")];
    const number = forms().indexOf(form);
    return () => {
      const there = (id && document.getElementById(id)) || (name && number >= 0 && forms()[number]?.elements[name]);
      there?.focus?.({ preventScroll: true });
      return document.activeElement === there;
    };
  };
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!held || event.detail.target !== content) return;
    held = false;
    back = standing();
  });

  // The dashboard says its language a moment after it hands over the token: wait that long, and nothing flashes by in
  // another language, nor is asked for twice.
  let due;
  const showSoon = () => {
    clearTimeout(due);
    due = setTimeout(() => show().then(() => named() && arrive()), 100);
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

  // A token that was refused, for it was too old (a laptop slept): what was read with it is read again with the next one.
  // What was typed stays, and its button is pressed again.
  let refused = null;
  let unread = [];
  const tooOld = ({ target, requestConfig }) => {
    refused = token;
    if (requestConfig && !pressed(requestConfig)) unread.push({ ...requestConfig, target });
    say("notifyReady"); // the dashboard answers with the token that it has
  };
  const pressed = ({ verb, elt }) => verb === "post" && elt.matches("form, button");

  // Several handshakes arrive; only the first, one that changes whether we have a token at all, or one in the place of a
  // token that was refused brings something new.
  const accept = (given) => {
    const fresh = token === null || !token !== !given;
    const read = refused !== null && given && given !== refused ? unread : [];
    token = given || "";
    if (given !== refused) [refused, unread] = [null, []];
    if (fresh || read.some((each) => each.target === content)) return showSoon();
    for (const { verb, path, elt, target } of read)
      if (elt.isConnected) htmx.ajax(verb.toUpperCase(), path, { source: elt, target });
  };

  addEventListener("message", (event) => {
    if (event.source !== parent || !origins.includes(event.origin)) return;
    const { type, payload } = event.data || {};
    if (Object.hasOwn(heard, type)) heard[type](payload || {});
  });

  // A table that is wider than its place can be moved without a mouse, too.
  const reach = () => {
    for (const each of content.querySelectorAll(".scroll")) {
      const named = each.querySelector("caption") || each.closest("section, details")?.querySelector("h2, h3, summary");
      if (each.scrollWidth <= each.clientWidth) {
        for (const name of ["tabindex", "role", "aria-label"]) each.removeAttribute(name);
        continue;
      }
      each.tabIndex = 0;
      if (!named) continue;
      each.setAttribute("role", "region");
      each.setAttribute("aria-label", named.textContent.trim());
    }
  };
  addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);
  document.addEventListener("htmx:afterSettle", reach);

  // A mail that is looked at: its own document asks for it and shows it where nothing can run.
  addEventListener("message", (event) => {
    if (event.origin !== location.origin || event.data?.mailFrame !== "ready") return;
    for (const each of content.querySelectorAll("iframe[data-mail]"))
      if (each.contentWindow === event.source) event.source.postMessage({ mail: each.dataset.mail }, location.origin);
  });

  document.addEventListener("htmx:configRequest", (event) => {
    const headers = event.detail.headers;
    if (token) headers["Authorization"] = `Bearer ${token}`;
    headers["Accept-Language"] = language;
    if (!asked || asked.elt === event.detail.elt || event.detail.target === content) broken.hidden = true;
  });
  // What was asked for in vain. What somebody typed stays: they press its button again; a part of the page is asked for
  // again alone; only a page that did not come is asked for whole.
  let asked = null;
  const again = document.getElementById("again");
  const failed = (event) => {
    const { requestConfig, target, xhr } = event?.detail || {};
    const typed = !!requestConfig && pressed(requestConfig);
    asked = target && target !== content && !typed ? { target, ...requestConfig } : null;
    // Who may not is told what they lack, in the words of the answer.
    const lacks = typed && xhr?.status === 403 && new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("p");
    const why = broken.querySelector("[data-lacks]");
    why.textContent = lacks ? lacks.textContent : "";
    why.hidden = !lacks;
    broken.querySelector("[data-typed]").hidden = !typed || !!lacks;
    broken.querySelector("[data-read]").hidden = again.hidden = typed;
    broken.hidden = false;
    content.setAttribute("aria-busy", "false");
  };
  again.addEventListener("click", () => {
    if (!asked?.elt.isConnected) return show();
    return htmx.ajax(asked.verb.toUpperCase(), asked.path, { source: asked.elt, target: asked.target });
  });
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) failed(event);
  });
  // A refusal of ours says its language; another one is somebody else's, who stands between us and the browser, or empty.
  // Of ours, too, what says who may is no answer to what was typed, nor to a part of a page: it stands in no place of theirs.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig, target } = event.detail;
    if (xhr.status < 400) return;
    if (xhr.status === 401) tooOld(event.detail);
    const ours = xhr.getResponseHeader("Content-Language");
    const typed = pressed(requestConfig) && [401, 403].includes(xhr.status);
    if (ours && !typed && (xhr.status !== 401 || target === content)) return;
    event.detail.shouldSwap = false;
    failed(event);
  });
  // A button that goes away with what it is replaced by: the keyboard goes on in what has come.
  let gone = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig, target } = event.detail;
    const elt = requestConfig.elt;
    gone = target !== content && target.contains(elt) && elt.matches("button, a");
  });
  document.addEventListener("htmx:load", (event) => {
    if (!gone || (document.activeElement !== document.body && document.activeElement?.isConnected)) return;
    const there = event.detail.elt.querySelector?.("a[href], button, input:not([type=hidden]), select, textarea");
    if (there) there.focus({ preventScroll: true });
    gone = !there;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    content.setAttribute("aria-busy", "false");
    // An answer may be another page than the one that asked.
    const place = event.detail.xhr?.getResponseHeader("Desk-Place");
    if (place && at(place).href !== location.href) history.pushState(null, "", at(place));
    // On a phone the sections are wider than the screen: the one where we stand is in sight.
    const sections = content.querySelector(".tabs");
    const here = sections?.querySelector("[aria-current]");
    if (here) sections.scrollLeft = here.offsetLeft - (sections.clientWidth - here.offsetWidth) / 2;
    for (const each of content.querySelectorAll("[data-notify]")) {
      say("notification", { status: each.dataset.notify, title: "", text: each.textContent.trim() });
      delete each.dataset.notify;
    }
    // What was pressed is gone: whoever pressed it is led to what came of it, be it above what they saw.
    const target = event.detail.target;
    if (event.detail.requestConfig?.verb === "post" && (target === content || target.hasAttribute("data-arrive")))
      target.querySelector("[tabindex='-1']")?.focus();
  });

  // A list in which several are chosen: how many, what can be done with them, and all that are shown at once. What is shown
  // belongs to the form by its `form` attribute.
  const boxes = (form) => [...form.elements].filter((each) => each.type === "checkbox");
  const counted = () => {
    for (const form of content.querySelectorAll("form[data-choose]")) {
      const some = boxes(form);
      const chosen = some.filter((each) => each.checked).length;
      form.hidden = !chosen;
      form.querySelector("[data-number]").textContent = chosen.toLocaleString(root.lang);
      const all = content.querySelector(`[data-choose-all="${form.id}"]`);
      all.checked = chosen > 0 && chosen === some.length;
      all.indeterminate = chosen > 0 && chosen < some.length;
    }
  };
  document.addEventListener("change", (event) => {
    const all = event.target.closest("[data-choose-all]");
    if (all) for (const each of boxes(document.getElementById(all.dataset.chooseAll))) each.checked = all.checked;
    counted();
  });
  document.addEventListener("htmx:afterSettle", counted);

  // A row of fields that one adds to: the template beside the button, once more. And what hangs on a choice is shown with it.
  document.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add]");
    if (add) {
      const template = document.getElementById(add.dataset.add);
      template.before(template.content.cloneNode(true));
      template.previousElementSibling?.querySelector("input, select, textarea")?.focus();
    }
    const remove = event.target.closest("[data-remove]");
    remove?.closest(remove.dataset.remove)?.remove();
    // Whoever closed something by keyboard goes on where they had opened it.
    if (remove?.dataset.return) document.getElementById(remove.dataset.return)?.focus();
  });

  // Enter in a search within a form searches at once, and does not send the form.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input[data-look]")) return;
    event.preventDefault();
    htmx.trigger(event.target, "look");
  });

  // A search: remembered where it stands in the history, and made again whenever one comes back there. Until it has come,
  // nobody is shown who was not searched for.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest?.("form[data-search]");
    const search = form?.elements.search.value;
    if (form && search !== history.state?.search) history.replaceState({ filtered: history.state?.filtered, search }, "");
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const form = event.detail.target === content && content.querySelector("form[data-search]");
    if (!form || !history.state?.search) return;
    const found = content.querySelector(form.getAttribute("hx-target"));
    form.elements.search.value = history.state.search;
    found.hidden = true;
    found.addEventListener("htmx:afterSwap", (came) => (found.hidden &&= came.detail.target !== found));
    htmx.process(form);
    htmx.trigger(form, "submit");
  });

  // Filters: a form that asks for another page, by what is chosen in it.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-go]");
    if (form) follow(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-go]");
    if (!form) return;
    event.preventDefault();
    follow(form);
  });
  const follow = (form) => {
    const chosen = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) chosen.append(name, value);
    filter(`${form.getAttribute("action")}?${chosen}`);
  };

  // Where the dashboard shows our app: a widget beside a page of the shop's own leads there, and so does a tab of its own.
  const inOurApp = (href) => {
    const app = new URLSearchParams(location.search).get("id");
    return `${app ? `/extensions/app/${encodeURIComponent(app)}` : "/dashboard"}/${href.slice(page.root.length)}`;
  };
  // Elsewhere in the dashboard. It learns first where we stand, so that "back" leads here and not to where it opened us.
  const opened = location.href;
  const redirect = (to) => {
    if (page.kind === "page" && location.href !== opened && location.pathname.startsWith(page.root)) {
      const query = ours();
      const place = location.pathname.slice(page.root.length);
      say("updateRouting", { newRoute: query.size ? `${place}?${query}` : place });
    }
    say("redirect", { to, newContext: false });
  };
  // A file: asked for by POST with the token, since what it is about may stand in no address, and handed to the browser.
  const download = async (form) => {
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    broken.hidden = true;
    try {
      const headers = { "Accept-Language": language, ...(token && { Authorization: `Bearer ${token}` }) };
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST", headers, body: new URLSearchParams(new FormData(form)),
      });
      if (answer.status === 401) tooOld({});
      if (!answer.ok) throw new Error(answer.statusText);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "")?.[1] || "";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    } catch {
      failed();
    } finally {
      button.disabled = false;
    }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-download]");
    if (!form) return;
    event.preventDefault();
    download(form);
  });

  const walk = (event) => {
    const link = event.target.closest("a[data-redirect], a[data-go]");
    if (!link || event.button > 1) return;
    event.preventDefault();
    const href = link.getAttribute("href");
    const within = link.hasAttribute("data-go");
    // A tab of its own is the dashboard's to open: without it our page has nobody to shake hands with.
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.hasAttribute("data-tab"))
      say("redirect", { to: within ? inOurApp(href) : href, newContext: true });
    else if (!within) redirect(href);
    else if (page.kind === "page") link.dataset.part ? turn(link) : go(href, link.dataset.go === "keep" ? searched() : null);
    else redirect(inOurApp(href));
  };
  document.addEventListener("click", walk);
  document.addEventListener("auxclick", walk);

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
