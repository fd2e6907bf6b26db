// The chat without loading the page anew. Everything here works without this file too.
"use strict";

const talk = document.querySelector(".talk");
const list = document.getElementById("messages");
const form = document.querySelector(".composer");
const field = document.getElementById("text");
const toast = document.querySelector(".toast");
const typing = document.querySelector(".typing");
const replying = document.querySelector(".replying");
const RETRY_MS = 2000;
const TOAST_MS = 5000;

let mark = talk.dataset.mark;
let hiding = 0;

document.documentElement.classList.add("scripted");

function tell(text) {
  if (!text) return;
  toast.textContent = text;
  toast.classList.remove("none");
  clearTimeout(hiding);
  hiding = setTimeout(() => toast.classList.add("none"), TOAST_MS);
}

function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function atEnd() {
  return list.scrollHeight - list.scrollTop - list.clientHeight < 80;
}

// What the server says stands in the chat: new messages are added, changed ones replaced.
function show(news) {
  const follow = atEnd();
  const known = new Set(news.messages.map((each) => `m${each.id}`));
  let added = null;
  for (const each of news.messages) {
    const old = document.getElementById(`m${each.id}`);
    if (old && old.dataset.version === String(each.version)) continue;
    const made = element(each.html);
    if (old) {
      const held = old.contains(document.activeElement) ? document.activeElement.value : null;
      old.replaceWith(made);
      if (held) made.querySelector(`[value="${CSS.escape(held)}"]`)?.focus();
    } else {
      document.getElementById("end").before(made);
      added = made;
    }
  }
  for (const old of list.querySelectorAll(".message[id]")) if (!known.has(old.id)) old.remove();
  if (news.messages.length) list.querySelector("div.hint")?.remove();
  typing.classList.toggle("still", !news.typing);
  if (added && follow) list.scrollTop = added.offsetTop - 8;
  mark = news.mark;
}

async function post(address, data) {
  const response = await fetch(address, {
    method: "POST",
    body: new URLSearchParams(data),
    headers: { Accept: "application/json" },
  });
  const news = await response.json();
  if (response.ok) show(news);
  tell(news.told);
  return response.ok;
}

function reply(id, text) {
  form.elements.reply.value = id;
  replying.querySelector("span").textContent = text;
  replying.classList.toggle("none", !id);
  field.focus();
}

document.addEventListener("submit", async (event) => {
  const sent = event.target;
  if (sent.method !== "post" || !sent.action.includes("/chat/")) return;
  if (sent.dataset.opens && sent.dataset.opens !== talk.dataset.chat) return;
  event.preventDefault();
  const data = new FormData(sent, event.submitter);
  if (sent === form) {
    field.value = "";
    list.scrollTop = list.scrollHeight; // whoever asks wants to see the answer
  }
  try {
    const took = await post(sent.action, data);
    if (sent === form && !took) field.value = data.get("text");
    if (sent === form && took) reply("", "");
  } catch {
    if (sent === form) field.value = data.get("text");
    tell(talk.dataset.lost);
  }
});

document.addEventListener("click", async (event) => {
  const copies = event.target.closest("[data-copy]");
  const answers = event.target.closest("[data-reply]");
  if (copies) {
    await navigator.clipboard.writeText(copies.dataset.copy);
    tell(talk.dataset.copied);
  } else if (answers) {
    event.preventDefault();
    const text = answers.closest(".bubble").querySelector(".text").textContent;
    reply(answers.dataset.reply, text.slice(0, 120));
  } else if (event.target.closest(".cancel")) {
    event.preventDefault();
    reply("", "");
  }
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

// Ask again and again what is new; the server answers once something is.
async function follow() {
  for (;;) {
    try {
      const response = await fetch(`/chat/${talk.dataset.chat}?since=${mark}`, {
        headers: { Accept: "application/json" },
      });
      if (!response.ok) throw new Error(String(response.status));
      show(await response.json());
    } catch {
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}

list.scrollTop = list.scrollHeight;
follow();
