// Forms with `data-passkey="create"` or `"get"` ask the device for a passkey and send what it answers.
// What to ask is in the form as JSON; the sign-in form asks the server for it, as it knows nobody yet.
const BYTES = ["challenge", "id"];

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const readable = (value, key) => {
  if (typeof value === "string") return BYTES.includes(key) ? toBytes(value) : value;
  if (Array.isArray(value)) return value.map((entry) => readable(entry));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, name === "rp" ? entry : readable(entry, name)]));
};

function sendable(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function asked(form) {
  const written = form.querySelector("script[type='application/json']");
  if (written) return JSON.parse(written.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("The server gave no challenge.");
  return answer.json();
}

async function use(form) {
  const data = await asked(form);
  const options = readable(data.creation_options ?? data.request_options);
  const credential = await navigator.credentials[form.dataset.passkey](options);
  form.elements.credential.value = JSON.stringify(sendable(credential));
  form.submit();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.passkey) return;
  event.preventDefault();
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  use(form).catch(() => {
    failed.hidden = false;
    failed.classList.add("d-block");
  });
}, true);
