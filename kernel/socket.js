(() => {
  if (globalThis.lightfast_socket) return;
  globalThis.lightfast_socket = true;
  let base = "/";
  try {
    base = JSON.parse(document.getElementById("jupyter-config-data").textContent).baseUrl || "/";
  } catch { /* another page than JupyterLab's */ }
  // GoNB connects to ws://HOST/api/kernels/..., which is not where kernels are
  // when Jupyter is served with https or below a base URL (JupyterHub, Binder).
  globalThis.WebSocket = new Proxy(globalThis.WebSocket, {
    construct(target, [url, ...rest]) {
      const m = /^ws:\/\/[^/]+\/(api\/kernels\/.*)$/.exec(String(url));
      if (!m) return new target(url, ...rest);
      return patient(new target((location.protocol === "https:" ? "wss://" : "ws://") + location.host + base + m[1], ...rest));
    },
  });

  // GoNB's script gives the kernel half a second to acknowledge that a connection
  // is open, then closes it for good. A busy machine takes longer, and Jupyter's
  // server may miss the acknowledgement, if it comes before the server listens to the
  // kernel, for which it does not wait while a cell runs. So the script is told at
  // once what it wants to hear, the kernel is asked again until it answers, and
  // whatever the script sends waits for that.
  function patient(socket) {
    const send = socket.send.bind(socket);
    let held = [], id;
    const heard = ({ data, isTrusted }) => {
      if (!isTrusted || typeof data !== "string" || !data.includes("#comm_open_ack")) return;
      if (JSON.parse(data).content?.comm_id !== id) return; // for another page
      socket.removeEventListener("message", heard);
      for (const text of held) send(text);
      held = null;
    };
    socket.addEventListener("message", heard);
    socket.send = (text) => {
      const { msg_type, content } = JSON.parse(text);
      if (msg_type !== "comm_open") return held ? held.push(text) : send(text);
      id = content.comm_id;
      let tries = 0;
      const ask = () => {
        if (!held || socket.readyState !== socket.OPEN || ++tries > 60) return;
        send(text);
        setTimeout(ask, 1000);
      };
      ask();
      const ack = JSON.stringify({ msg_type: "comm_msg", content: { comm_id: id, data: { address: "#comm_open_ack", value: true } } });
      setTimeout(() => socket.dispatchEvent(new MessageEvent("message", { data: ack })));
    };
    return socket;
  }
})();
