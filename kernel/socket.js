(() => {
  // GoNB connects to ws://HOST/api/kernels/..., which is not where kernels are
  // when Jupyter is served with https or below a base URL (JupyterHub, Binder).
  if (globalThis.lightfast_socket) return;
  globalThis.lightfast_socket = true;
  let base = "/";
  try {
    base = JSON.parse(document.getElementById("jupyter-config-data").textContent).baseUrl || "/";
  } catch { /* another page than JupyterLab's */ }
  globalThis.WebSocket = new Proxy(globalThis.WebSocket, {
    construct(target, [url, ...rest]) {
      const m = /^ws:\/\/[^/]+\/(api\/kernels\/.*)$/.exec(String(url));
      if (m) url = (location.protocol === "https:" ? "wss://" : "ws://") + location.host + base + m[1];
      return new target(url, ...rest);
    },
  });
})();
