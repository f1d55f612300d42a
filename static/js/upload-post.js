// One POST with progress. It always resolves: without a connection the status is 0.
export function post(address, body, { progress, headers = {} } = {}) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    if (progress) request.upload.addEventListener("progress", progress);
    request.addEventListener("loadend", () => resolve(request));
    request.send(body);
  });
}

export function json(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}
